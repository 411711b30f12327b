/**
 * The KWin backend: {@link lumen.plugin.kwin.KwinProvider} makes a virtual output of the user's own desktop for each session,
 * {@link lumen.plugin.kwin.KwinInputProvider} drives its pointer and keyboard. Both speak KDE's own Wayland protocols, which
 * KWin keeps to programs with permission.
 */
package lumen.plugin.kwin;
