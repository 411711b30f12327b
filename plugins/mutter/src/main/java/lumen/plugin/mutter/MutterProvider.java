package lumen.plugin.mutter;

import java.util.Locale;
import java.util.Map;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.spi.BackendException;
import lumen.spi.DisplayRequest;
import lumen.spi.Evidence;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.VirtualDisplay;
import lumen.spi.VirtualDisplayProvider;

/** Creates virtual monitors on the GNOME session that runs. */
public final class MutterProvider implements VirtualDisplayProvider {
    static final String ID = "mutter";
    /** On the desktop the user runs: before compositors of lumen's own. */
    private static final int RANK = 80;
    /** {@code RecordVirtual} came with version 3 of the interface (Mutter 40). */
    private static final int VIRTUAL_SINCE = 3;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public boolean serves(String desktop) {
        return desktop.toLowerCase(Locale.ROOT).startsWith("gnome");
    }

    @Override
    public Probe probe(HostContext host) {
        try (DBusConnection bus = MutterApi.bus(host)) {
            if (!bus.hasOwner(MutterApi.SCREEN_CAST)) {
                return Probe.unavailable("GNOME does not run: nobody owns " + MutterApi.SCREEN_CAST + " on the session bus",
                        "log in to GNOME, or start mutter --headless in this session");
            }
            int version = bus.property(MutterApi.SCREEN_CAST, MutterApi.SCREEN_CAST_PATH, MutterApi.SCREEN_CAST, "Version", Integer.class);
            Evidence screenCast = new Evidence("ScreenCast", "version " + version);
            if (version < VIRTUAL_SINCE) {
                return Probe.unavailable("this Mutter has no virtual monitors: ScreenCast version " + version + ", needed is "
                        + VIRTUAL_SINCE, "upgrade to GNOME 40 or newer", screenCast);
            }
            if (!bus.hasOwner(MutterApi.REMOTE_DESKTOP)) {
                return Probe.unavailable("nobody owns " + MutterApi.REMOTE_DESKTOP + " on the session bus",
                        "check that Mutter was built with remote desktop", screenCast);
            }
            int remote = bus.property(MutterApi.REMOTE_DESKTOP, MutterApi.REMOTE_DESKTOP_PATH, MutterApi.REMOTE_DESKTOP, "Version", Integer.class);
            return Probe.available(RANK, screenCast, new Evidence("RemoteDesktop", "version " + remote));
        } catch (DBusException e) {
            return Probe.unavailable("no GNOME session: " + e.getMessage(), "start lumen in the user's session");
        }
    }

    /** A killed host's monitors have gone with it; the layout it made for them may not have. */
    @Override
    public void undo(Map<String, String> details, HostContext host) {
        try (DBusConnection bus = MutterApi.bus(host)) {
            if (bus.hasOwner(DisplayState.DISPLAY_CONFIG)) {
                MonitorPlacement.restore(bus, DisplayState.read(bus), LogicalMonitor.parse(details));
            }
        } catch (DBusException | IllegalArgumentException e) {
            throw new BackendException("the monitors of GNOME were left as they are: " + e.getMessage(), e);
        }
    }

    @Override
    public VirtualDisplay create(DisplayRequest request, HostContext host) {
        try {
            return MutterDisplay.create(request, host);
        } catch (DBusException e) {
            throw new BackendException("Mutter: " + e.getMessage(), e);
        }
    }
}
