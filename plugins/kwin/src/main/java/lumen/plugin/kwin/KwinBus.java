package lumen.plugin.kwin;

import java.time.Duration;
import lumen.dbus.DBusConnection;
import lumen.spi.HostContext;

/** KWin's objects on the session bus. */
final class KwinBus {
    static final String NAME = "org.kde.KWin";
    static final String EIS_PATH = "/org/kde/KWin/EIS/RemoteDesktop";
    static final String EIS = "org.kde.KWin.EIS.RemoteDesktop";
    static final String SCRIPTING_PATH = "/Scripting";
    static final String SCRIPTING = "org.kde.kwin.Scripting";
    static final String SCRIPT = "org.kde.kwin.Script";
    private static final String PATH = "/KWin";
    private static final String KWIN = "org.kde.KWin";

    private KwinBus() {
    }

    /** @throws lumen.dbus.DBusException if there is no session bus */
    static DBusConnection open(HostContext host) {
        return DBusConnection.session(host::variable);
    }

    /** @throws lumen.dbus.DBusException if no KWin answers in time */
    static KwinInformation information(DBusConnection bus, Duration limit) {
        return KwinInformation.parse((String) bus.call(limit, NAME, PATH, KWIN, "supportInformation", "").body().getFirst());
    }
}
