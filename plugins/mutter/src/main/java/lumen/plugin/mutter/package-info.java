/**
 * {@link lumen.plugin.mutter.MutterDisplay} is a virtual monitor recorded by {@code org.gnome.Mutter.ScreenCast} under a session
 * of {@code org.gnome.Mutter.RemoteDesktop}, which hands out the input route. Neither asks the user: they are for programs of
 * the user's own session.
 */
package lumen.plugin.mutter;
