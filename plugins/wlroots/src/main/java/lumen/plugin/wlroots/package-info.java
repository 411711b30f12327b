/**
 * The wlroots backend: {@link lumen.plugin.wlroots.SwayProvider} starts one headless sway a session,
 * {@link lumen.plugin.wlroots.OutputCapturerProvider} takes frames from any compositor with
 * {@code ext-image-copy-capture-v1} or {@code wlr-screencopy-v1}, {@link lumen.plugin.wlroots.WlrInputProvider} drives virtual devices.
 */
package lumen.plugin.wlroots;
