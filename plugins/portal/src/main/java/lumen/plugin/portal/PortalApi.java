package lumen.plugin.portal;

import java.time.Duration;
import lumen.dbus.DBusConnection;
import lumen.spi.HostContext;

/** Names and numbers of the portals ({@code org.freedesktop.portal.ScreenCast.xml} and its relatives, xdg-desktop-portal 1.22). */
final class PortalApi {
    static final String NAME = "org.freedesktop.portal.Desktop";
    static final String PATH = "/org/freedesktop/portal/desktop";
    static final String SCREEN_CAST = "org.freedesktop.portal.ScreenCast";
    static final String REMOTE_DESKTOP = "org.freedesktop.portal.RemoteDesktop";
    static final String REQUEST = "org.freedesktop.portal.Request";
    static final String SESSION = "org.freedesktop.portal.Session";
    static final String REGISTRY = "org.freedesktop.host.portal.Registry";
    /** Basename of the desktop entry that packaging installs. */
    static final String APP_ID = "dev.lumen.host";

    /** {@code AvailableSourceTypes}. */
    static final int SOURCE_MONITOR = 1;
    static final int SOURCE_VIRTUAL = 4;
    /** {@code AvailableCursorModes}. */
    static final int CURSOR_HIDDEN = 1;
    static final int CURSOR_EMBEDDED = 2;
    static final int CURSOR_METADATA = 4;
    /** {@code AvailableDeviceTypes}: keyboard, pointer, touchscreen. */
    static final int ALL_DEVICES = 7;
    /** Until the user revokes it. */
    static final int PERSIST = 2;
    /** {@code SelectSources} knows cursor modes from this version on. */
    static final int CURSOR_SINCE = 2;
    /** {@code SelectSources} knows restore tokens from this version on. */
    static final int SCREEN_CAST_TOKEN_SINCE = 4;
    /** {@code RemoteDesktop} has restore tokens and {@code ConnectToEIS} from this version on. */
    static final int REMOTE_DESKTOP_EIS_SINCE = 2;

    /** The portal starts with the first call, and so does the desktop's part of it. */
    static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private PortalApi() {
    }

    /** Connects to the session bus of the host's environment. */
    static DBusConnection bus(HostContext host) {
        return DBusConnection.session(host::variable);
    }
}
