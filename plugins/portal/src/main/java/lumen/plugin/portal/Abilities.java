package lumen.plugin.portal;

import java.util.Map;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;

/**
 * What the portals of this desktop can do.
 *
 * @param screenCast    version of the ScreenCast portal; 0: there is none
 * @param sources       {@code AvailableSourceTypes}
 * @param cursors       {@code AvailableCursorModes}
 * @param remoteDesktop version of the RemoteDesktop portal; 0: there is none
 * @param devices       {@code AvailableDeviceTypes}
 */
record Abilities(int screenCast, int sources, int cursors, int remoteDesktop, int devices) {

    /** Asks; starts the portal if need be. */
    static Abilities of(DBusConnection bus) {
        Map<String, Object> cast = properties(bus, PortalApi.SCREEN_CAST);
        Map<String, Object> remote = properties(bus, PortalApi.REMOTE_DESKTOP);
        return new Abilities(number(cast, "version"), number(cast, "AvailableSourceTypes"), number(cast, "AvailableCursorModes"),
                number(remote, "version"), number(remote, "AvailableDeviceTypes"));
    }

    /** Without a backend of the desktop for it, the portal hasn't got the interface. */
    private static Map<String, Object> properties(DBusConnection bus, String interfaceName) {
        try {
            return bus.properties(PortalApi.NAME, PortalApi.PATH, interfaceName);
        } catch (DBusException e) {
            if (e.name().equals(DBusException.SERVICE_UNKNOWN) || e.name().isEmpty() || e.name().equals(DBusException.NO_REPLY)) {
                throw e;
            }
            return Map.of();
        }
    }

    private static int number(Map<String, Object> properties, String name) {
        return properties.get(name) instanceof Integer number ? number : 0;
    }

    /** True if picture and input can be granted together. */
    boolean input() {
        return remoteDesktop > 0 && (devices & PortalApi.ALL_DEVICES) != 0;
    }

    /** True if a grant can be remembered. */
    boolean remembers() {
        return input() ? remoteDesktop >= PortalApi.REMOTE_DESKTOP_EIS_SINCE : screenCast >= PortalApi.SCREEN_CAST_TOKEN_SINCE;
    }

    /**
     * The one type of source to ask for: a new monitor if the desktop makes such and no existing one was named. Asked for
     * both, desktops show what exists.
     */
    int source(boolean existing) {
        boolean virtual = (sources & PortalApi.SOURCE_VIRTUAL) != 0;
        boolean monitor = (sources & PortalApi.SOURCE_MONITOR) != 0;
        return virtual && !(existing && monitor) ? PortalApi.SOURCE_VIRTUAL : PortalApi.SOURCE_MONITOR;
    }

    /** The pointer apart from the picture if possible, in it otherwise. */
    int cursor() {
        for (int mode : new int[] {PortalApi.CURSOR_METADATA, PortalApi.CURSOR_EMBEDDED}) {
            if ((cursors & mode) != 0) {
                return mode;
            }
        }
        return PortalApi.CURSOR_HIDDEN;
    }
}
