package lumen.plugin.kwin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.DisplayRequest;
import lumen.spi.Evidence;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.VirtualDisplay;
import lumen.spi.VirtualDisplayProvider;
import lumen.wayland.Interface;
import lumen.wayland.KdeProtocol;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/** Gives every session a virtual output of the KWin that the user runs. */
public final class KwinProvider implements VirtualDisplayProvider {
    static final String ID = "kwin";
    /** The desktop the user runs comes before compositors that would have to be started. */
    private static final int RANK = 80;
    private static final Duration LIMIT = Duration.ofMillis(180);
    private static final Duration BUS_LIMIT = Duration.ofMillis(100);
    /** Virtual outputs by name. */
    private static final int SCREENCAST_NEEDED = 2;

    @Override
    public String id() {
        return ID;
    }

    /** As Plasma calls itself. */
    @Override
    public boolean serves(String desktop) {
        return desktop.equalsIgnoreCase("KDE");
    }

    @Override
    public Probe probe(HostContext host) {
        Path socket;
        try {
            socket = SessionSocket.of(host).path();
        } catch (BackendException e) {
            return Probe.unavailable(e.getMessage(), "start lumen within the Plasma session");
        }
        try (WaylandConnection connection = WaylandConnection.connect(socket)) {
            return judge(socket, Registry.of(connection, LIMIT), host);
        } catch (WaylandException | PosixException e) {
            return Probe.unavailable("the compositor at " + socket + " does not answer: " + e.getMessage());
        }
    }

    private static Probe judge(Path socket, Registry registry, HostContext host) {
        List<Evidence> evidence = new ArrayList<>(List.of(new Evidence("socket", socket.toString())));
        if (registry.find(KdeProtocol.OUTPUT_MANAGEMENT).isEmpty()) {
            return new Probe.Unavailable("the compositor at " + socket + " is not KWin", evidence, Optional.empty());
        }
        evidence.add(new Evidence("program", Permission.program().map(Path::toString).orElse("(not told)")));
        List<Path> granting = Permission.program().map(p -> Permission.granting(p, host::variable)).orElse(List.of());
        evidence.add(new Evidence("permission",
                granting.isEmpty() ? "no desktop file grants it" : granting.getFirst().toString()));
        Optional<Registry.Global> screencast = registry.find(KdeProtocol.SCREENCAST);
        boolean input = registry.find(KdeProtocol.FAKE_INPUT).isPresent();
        if (screencast.isEmpty() && (input || !granting.isEmpty())) {
            return new Probe.Unavailable("this KWin has no screen casting", evidence, Optional.of(
                    "install KWin's plug-ins (package kwin-common) and see that PipeWire ran when KWin started"));
        }
        if (screencast.isEmpty()) {
            return new Probe.Unavailable("KWin does not let this program make virtual outputs (" + KdeProtocol.SCREENCAST
                    + " is kept from it)", evidence, Optional.of(Permission.remedy()));
        }
        if (screencast.get().version() < SCREENCAST_NEEDED) {
            return new Probe.Unavailable("this KWin is too old to make virtual outputs", evidence, Optional.of(
                    "upgrade Plasma: version " + SCREENCAST_NEEDED + " of " + KdeProtocol.SCREENCAST + " makes them"));
        }
        Optional<KwinInformation> information = information(host);
        evidence.add(new Evidence("kwin", information.map(KwinInformation::toString).orElse("(version not told in time)")));
        Optional<String> problem = information.flatMap(KwinInformation::problem)
                .filter(p -> host.variable("LUMEN_DISPLAY_OUTPUT").filter(o -> !o.isEmpty()).isEmpty());
        if (problem.isPresent()) {
            return new Probe.Unavailable(problem.get(), evidence,
                    Optional.of("upgrade KWin, or set display.output to one of its outputs"));
        }
        evidence.add(new Evidence("screen casting", "version " + screencast.get().version() + age(screencast.get().version())));
        evidence.add(new Evidence("rates", registry.find(KdeProtocol.OUTPUT_MANAGEMENT).orElseThrow().version()
                >= KdeProtocol.CUSTOM_MODES_SINCE ? "60 Hz; others for widths that are multiples of 8" : "60 Hz"));
        evidence.add(new Evidence("input", input ? "fake input" : "none: " + offered(KdeProtocol.FAKE_INPUT)));
        return new Probe.Available(RANK, evidence);
    }

    private static Optional<KwinInformation> information(HostContext host) {
        try (DBusConnection bus = KwinBus.open(host)) {
            return Optional.of(KwinBus.information(bus, BUS_LIMIT));
        } catch (DBusException e) {
            return Optional.empty();
        }
    }

    private static String offered(Interface type) {
        return type + " is kept from this program";
    }

    private static String age(int version) {
        return version >= 6 ? ", Plasma 6.7 or newer" : version == 5 ? ", Plasma 6.3 to 6.6" : ", before Plasma 6.3";
    }

    @Override
    public VirtualDisplay create(DisplayRequest request, HostContext host) {
        return KwinDisplay.open(request, host);
    }

    @Override
    public void undo(Map<String, String> details, HostContext host) {
        Arrangement.undo(details, host);
    }
}
