/**
 * Displays through {@code xdg-desktop-portal}: {@code org.freedesktop.portal.RemoteDesktop} with a screen cast in the same
 * session where there is that portal, so that one grant is for picture and input, else
 * {@code org.freedesktop.portal.ScreenCast} alone. The desktop asks its user, once if it remembers the answer.
 */
package lumen.plugin.portal;
