package lumen.plugin.mutter;

import java.time.Duration;
import lumen.dbus.DBusConnection;
import lumen.spi.HostContext;

/** Names of Mutter's private D-Bus interfaces ({@code org.gnome.Mutter.ScreenCast.xml} and {@code .RemoteDesktop.xml}). */
final class MutterApi {
    static final String SCREEN_CAST = "org.gnome.Mutter.ScreenCast";
    static final String SCREEN_CAST_PATH = "/org/gnome/Mutter/ScreenCast";
    static final String SCREEN_CAST_SESSION = "org.gnome.Mutter.ScreenCast.Session";
    static final String STREAM = "org.gnome.Mutter.ScreenCast.Stream";
    static final String REMOTE_DESKTOP = "org.gnome.Mutter.RemoteDesktop";
    static final String REMOTE_DESKTOP_PATH = "/org/gnome/Mutter/RemoteDesktop";
    static final String REMOTE_DESKTOP_SESSION = "org.gnome.Mutter.RemoteDesktop.Session";
    /** A compositor that is busy answers late. */
    static final Duration CALL_LIMIT = Duration.ofSeconds(5);

    private MutterApi() {
    }

    /** Connects to the session bus of the host's environment. */
    static DBusConnection bus(HostContext host) {
        return DBusConnection.session(host::variable);
    }
}
