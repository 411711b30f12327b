package lumen.plugin.portal;

import java.time.Duration;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.spi.BackendException;
import lumen.spi.DisplayRequest;
import lumen.spi.Evidence;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.VirtualDisplay;
import lumen.spi.VirtualDisplayProvider;

/** Displays that {@code xdg-desktop-portal} grants, on any desktop. */
public final class PortalProvider implements VirtualDisplayProvider {
    static final String ID = "portal";
    static final String NO_BACKEND = "the portal has no screen cast: this desktop has no backend for it";
    /** After every backend that asks nobody. */
    private static final int RANK = 20;
    /** How long a user may take to answer. Moonlight waits two minutes for a launch. */
    private static final Duration USER_LIMIT = Duration.ofSeconds(90);

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Probe probe(HostContext host) {
        try (DBusConnection bus = PortalApi.bus(host)) {
            if (!bus.hasOwner(PortalApi.NAME)) {
                // Starting it is no business of a probe.
                return bus.canReach(PortalApi.NAME) ? Probe.available(RANK, new Evidence("portal", "starts when it is called"))
                        : Probe.unavailable("there is no xdg-desktop-portal on the session bus",
                                "install xdg-desktop-portal and the desktop's backend for it");
            }
            Abilities abilities = Abilities.of(bus);
            Evidence screenCast = new Evidence("ScreenCast", abilities.screenCast() == 0 ? "none" : "version " + abilities.screenCast()
                    + ((abilities.sources() & PortalApi.SOURCE_VIRTUAL) != 0 ? ", virtual monitors" : ", existing monitors"));
            Evidence remoteDesktop = new Evidence("RemoteDesktop", abilities.remoteDesktop() == 0 ? "none" : "version " + abilities.remoteDesktop());
            if (abilities.screenCast() == 0) {
                return Probe.unavailable(NO_BACKEND, "install xdg-desktop-portal-gnome, -kde, -wlr or -hyprland, whichever belongs to the desktop, "
                        + "and start the portal anew", screenCast, remoteDesktop);
            }
            return Probe.available(RANK, screenCast, remoteDesktop);
        } catch (DBusException e) {
            return Probe.unavailable("no portal: " + e.getMessage(), "start lumen in the user's session");
        }
    }

    @Override
    public VirtualDisplay create(DisplayRequest request, HostContext host) {
        try {
            return PortalDisplay.create(request, host, USER_LIMIT);
        } catch (DBusException e) {
            throw new BackendException("portal: " + e.getMessage(), e);
        }
    }
}
