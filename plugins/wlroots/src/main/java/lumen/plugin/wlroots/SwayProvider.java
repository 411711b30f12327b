package lumen.plugin.wlroots;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lumen.posix.CurrentProcess;
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
    private static final int VERSION_LIMIT_MILLIS = 150;

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
        Optional<Path> sway = onPath("sway", host);
        if (sway.isEmpty()) {
            return Probe.unavailable("sway is not installed", "install the package sway");
        }
        Evidence found = new Evidence("sway", sway.get() + " " + version(sway.get()));
        for (String tool : new String[] {"setpriv", "setsid"}) {
            if (onPath(tool, host).isEmpty()) {
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
        Path sway = onPath("sway", host).orElseThrow(() -> new BackendException("sway is not installed"));
        return SwayDisplay.start(sway, request, host);
    }

    @Override
    public void undo(Map<String, String> details, HostContext host) {
        SwayChange.undo(details);
    }

    static Optional<Path> onPath(String program, HostContext host) {
        for (String folder : host.variable("PATH").orElse("/usr/local/bin:/usr/bin:/bin").split(":")) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, program);
            if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
                return Optional.of(candidate.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    private static String version(Path sway) {
        Process process = null;
        try {
            process = new ProcessBuilder(sway.toString(), "--version").redirectErrorStream(true).start();
            if (!process.waitFor(VERSION_LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
                return "(version not told in time)";
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip()
                    .replaceFirst("^sway version ", "");
        } catch (IOException e) {
            return "(version not told: " + e.getMessage() + ")";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "(version not told)";
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }
}
