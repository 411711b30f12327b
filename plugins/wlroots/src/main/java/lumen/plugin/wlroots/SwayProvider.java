package lumen.plugin.wlroots;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lumen.posix.CurrentProcess;
import lumen.posix.Program;
import lumen.spi.BackendException;
import lumen.spi.DisplayRequest;
import lumen.spi.Evidence;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.VirtualDisplay;
import lumen.spi.VirtualDisplayProvider;

/**
 * Gives every session an own headless sway with one output of the client's size; or, if so set, an output of the
 * compositor the user runs.
 */
public final class SwayProvider implements VirtualDisplayProvider {
    static final String ID = "wlroots";
    /** Ordinary: a backend on the desktop the user already runs comes first. */
    private static final int RANK = 50;
    private static final Duration VERSION_LIMIT = Duration.ofMillis(150);

    @Override
    public String id() {
        return ID;
    }

    /** Names that compositors built on wlroots give themselves. */
    @Override
    public boolean serves(String desktop) {
        return Set.of("wlroots", "sway", "wayfire", "labwc", "river", "hyprland").contains(desktop.toLowerCase(Locale.ROOT));
    }

    @Override
    public Probe probe(HostContext host) {
        if (RunningCompositor.joined(host)) {
            return probeRunning(host);
        }
        Optional<Program> sway = program("sway", host);
        if (sway.isEmpty()) {
            return Probe.unavailable("sway is not installed", "install the package sway");
        }
        Evidence found = new Evidence("sway", sway.get() + " " + version(sway.get()));
        for (String tool : new String[] {"setpriv", "setsid"}) {
            if (program(tool, host).isEmpty()) {
                return Probe.unavailable(tool + " is not installed", "install the package util-linux", found);
            }
        }
        int uid = CurrentProcess.uid();
        Evidence user = new Evidence("uid", Integer.toString(uid));
        if (uid == 0) {
            return Probe.unavailable("sway refuses to run as root", "run lumen as an ordinary user", found, user);
        }
        return Probe.available(RANK, found, user, new Evidence("renderer", SwayEnvironment.renderers(host).getFirst()));
    }

    private static Probe probeRunning(HostContext host) {
        try {
            RunningCompositor compositor = RunningCompositor.of(host);
            return Probe.available(RANK, new Evidence("joins", compositor.socket().toString()), new Evidence("new outputs",
                    compositor.ipc().map(ipc -> "by sway at " + ipc).orElse("none: SWAYSOCK names no sway; set display.output")));
        } catch (BackendException e) {
            return Probe.unavailable(e.getMessage(), "start lumen within the desktop session, or set display.join to false");
        }
    }

    @Override
    public VirtualDisplay create(DisplayRequest request, HostContext host) {
        if (RunningCompositor.joined(host) || request.output().isPresent()) {
            return JoinedOutput.open(request, host);
        }
        ModeLimits.check(request.mode());
        if (CurrentProcess.uid() == 0) {
            throw new BackendException("sway refuses to run as root; run lumen as an ordinary user");
        }
        Program sway = program("sway", host).orElseThrow(() -> new BackendException("sway is not installed"));
        return SwayDisplay.start(sway, request, host);
    }

    @Override
    public void undo(Map<String, String> details, HostContext host) {
        SwayChange.undo(details);
    }

    static Optional<Program> program(String name, HostContext host) {
        return Program.find(name, host.variable("PATH").orElse(Program.DEFAULT_SEARCH));
    }

    private static String version(Program sway) {
        return sway.ask(VERSION_LIMIT, "--version").map(text -> text.replaceFirst("^sway version ", ""))
                .orElse("(version not told in time)");
    }
}
