/**
 * The wlroots backend: {@link lumen.plugin.wlroots.SwayProvider} starts one headless sway a session,
 * {@link lumen.plugin.wlroots.ScreencopyProvider} takes frames from any compositor with
 * {@code wlr-screencopy-v1}, {@link lumen.plugin.wlroots.WlrInputProvider} drives virtual devices.
 */
package lumen.plugin.wlroots;
