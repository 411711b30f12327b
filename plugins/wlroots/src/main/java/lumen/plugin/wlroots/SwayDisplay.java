package lumen.plugin.wlroots;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import lumen.posix.ChildProcess;
import lumen.posix.CurrentProcess;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.Journal;
import lumen.spi.VirtualDisplay;

/** One headless sway: its process, its private folder, and the output the session shows. */
final class SwayDisplay implements VirtualDisplay {
    private static final System.Logger LOG = System.getLogger(SwayDisplay.class.getName());
    /** The headless backend's name for its first output. */
    private static final String OUTPUT = "HEADLESS-1";
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_GRACE = Duration.ofSeconds(2);
    private static final long LOOK_AGAIN_NANOS = 2_000_000;
    /** The kernel's highest. */
    private static final int MAX_PID = 4_194_304;
    private static final String IPC_SOCKET = "ipc.sock";
    /** Would make sway, or what runs in it, find the user's own session instead. */
    private static final Set<String> OTHER_SESSION = Set.of("WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY", "XAUTHORITY",
            "SWAYSOCK", "I3SOCK", "XDG_SESSION_ID", "XDG_VTNR", "XDG_SEAT", "DESKTOP_STARTUP_ID");

    private final ChildProcess sway;
    private final Journal.Entry entry;
    private final Path folder;
    private final Path waylandSocket;
    private final Map<String, String> environment;
    private volatile DisplayMode mode;
    private boolean closed;

    private SwayDisplay(ChildProcess sway, Journal.Entry entry, Path folder, Path waylandSocket, DisplayMode mode) {
        this.sway = sway;
        this.entry = entry;
        this.folder = folder;
        this.waylandSocket = waylandSocket;
        this.mode = mode;
        this.environment = clientEnvironment(folder, waylandSocket);
    }

    /** What {@code WLR_RENDERER} is tried with, in order; {@code auto} leaves the choice to wlroots. */
    static List<String> renderers(HostContext host) {
        Optional<String> chosen = host.variable("WLR_RENDERER");
        if (chosen.isPresent()) {
            return List.of(chosen.get());
        }
        try (Stream<Path> nodes = Files.list(Path.of("/dev/dri"))) {
            boolean gpu = nodes.anyMatch(n -> n.getFileName().toString().startsWith("renderD") && Files.isReadable(n)
                    && Files.isWritable(n));
            return gpu ? List.of("auto", "pixman") : List.of("pixman");
        } catch (IOException e) {
            return List.of("pixman"); // no /dev/dri: no GPU
        }
    }

    static SwayDisplay start(Path program, DisplayRequest request, HostContext host) {
        BackendException failure = null;
        for (String renderer : renderers(host)) {
            try {
                return start(program, request, host, renderer);
            } catch (BackendException e) {
                LOG.log(System.Logger.Level.WARNING, "sway with renderer {0}: {1}", renderer, e.getMessage());
                failure = e;
            }
        }
        throw failure;
    }

    private static SwayDisplay start(Path program, DisplayRequest request, HostContext host, String renderer) {
        Path folder = privateFolder(host.runtimeDirectory(), request.session());
        ChildProcess sway = null;
        Journal.Entry[] entry = new Journal.Entry[1];
        try {
            Path config = Files.writeString(folder.resolve("config"), config(request.mode()));
            sway = ChildProcess.start(folder.getFileName().toString(),
                    List.of(program.toString(), "-c", config.toString()), compositorEnvironment(folder, renderer), folder,
                    (pid, ticks) -> entry[0] = host.journal().process("sway of session " + request.session(), pid, ticks));
            DisplayMode real = awaitOutput(sway, folder, request.mode());
            return new SwayDisplay(sway, entry[0], folder, waylandSocket(folder), real);
        } catch (IOException | RuntimeException e) {
            end(sway, entry[0], folder);
            throw e instanceof BackendException b ? b : new BackendException("sway can't be started: " + e.getMessage(), e);
        }
    }

    /** Short names: every socket in the folder must fit into {@code sun_path}. */
    private static Path privateFolder(Path parent, String session) {
        String name = session.replaceAll("[^A-Za-z0-9_-]", "_");
        String prefix = "sway-" + name.substring(0, Math.min(12, name.length())) + "-";
        // sway tries its default name before it looks at SWAYSOCK, and ends if that is too long.
        String longestName = "sway-ipc." + CurrentProcess.uid() + "." + MAX_PID + ".sock";
        int longest = parent.resolve(prefix + "zzzz").resolve(longestName).toString().getBytes(StandardCharsets.UTF_8).length;
        if (longest > UnixSocket.MAX_PATH) {
            throw new BackendException("the runtime folder's path is too long for sockets: " + parent);
        }
        while (true) {
            String suffix = Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
            try {
                return Files.createDirectory(parent.resolve(prefix + suffix),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                LOG.log(System.Logger.Level.DEBUG, "{0} is taken", e.getMessage());
            } catch (IOException e) {
                throw new BackendException("no folder for sway below " + parent + ": " + e, e);
            }
        }
    }

    /** No bar, borders, key bindings or helper programs; without swaybg the background is sway's own dark grey. */
    private static String config(DisplayMode mode) {
        return "output " + OUTPUT + " " + modeCommand(mode) + "\n" + """
                swaybg_command -
                swaynag_command -
                default_border none
                default_floating_border none
                focus_on_window_activation focus
                """;
    }

    private static String modeCommand(DisplayMode mode) {
        return String.format(Locale.ROOT, "mode --custom %dx%d@%.3fHz", mode.width(), mode.height(),
                mode.refreshMilliHz() / 1000.0);
    }

    private static Map<String, String> compositorEnvironment(Path folder, String renderer) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeAll(OTHER_SESSION);
        environment.keySet().removeIf(name -> name.startsWith("WLR_"));
        environment.putAll(soundOfTheUser());
        environment.put("XDG_RUNTIME_DIR", folder.toString());
        environment.put("SWAYSOCK", folder.resolve(IPC_SOCKET).toString());
        environment.put("XDG_CURRENT_DESKTOP", "sway");
        environment.put("XDG_SESSION_TYPE", "wayland");
        environment.put("WLR_BACKENDS", "headless");
        environment.put("WLR_HEADLESS_OUTPUTS", "1");
        environment.put("WLR_LIBINPUT_NO_DEVICES", "1");
        if (!renderer.equals("auto")) {
            environment.put("WLR_RENDERER", renderer);
        }
        return environment;
    }

    private static Map<String, String> clientEnvironment(Path folder, Path waylandSocket) {
        Map<String, String> environment = new HashMap<>(soundOfTheUser());
        environment.put("XDG_RUNTIME_DIR", folder.toString());
        environment.put("WAYLAND_DISPLAY", waylandSocket.getFileName().toString());
        environment.put("SWAYSOCK", folder.resolve(IPC_SOCKET).toString());
        environment.put("XDG_CURRENT_DESKTOP", "sway");
        environment.put("XDG_SESSION_TYPE", "wayland");
        return Map.copyOf(environment);
    }

    /** Programs in the private runtime folder must still find the user's PipeWire, PulseAudio and D-Bus. */
    private static Map<String, String> soundOfTheUser() {
        Map<String, String> environment = new HashMap<>();
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null) {
            environment.put("PIPEWIRE_RUNTIME_DIR", System.getenv().getOrDefault("PIPEWIRE_RUNTIME_DIR", runtime));
            environment.put("PULSE_RUNTIME_PATH",
                    System.getenv().getOrDefault("PULSE_RUNTIME_PATH", Path.of(runtime, "pulse").toString()));
            environment.put("DBUS_SESSION_BUS_ADDRESS",
                    System.getenv().getOrDefault("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + Path.of(runtime, "bus")));
        }
        return environment;
    }

    private static DisplayMode awaitOutput(ChildProcess sway, Path folder, DisplayMode wanted) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        Path socket = folder.resolve(IPC_SOCKET);
        while (true) {
            if (!sway.alive()) {
                throw new BackendException("sway ended at once: " + lastLine(sway.logTail()));
            }
            if (Files.exists(socket)) {
                try (SwayIpc ipc = SwayIpc.connect(socket)) {
                    return currentMode(ipc, wanted, deadline);
                } catch (PosixException e) {
                    // Bound and not listening yet: the loop asks again until its deadline.
                    LOG.log(System.Logger.Level.DEBUG, "the IPC of sway is not ready: {0}", e.getMessage());
                }
            }
            if (System.nanoTime() > deadline) {
                throw new BackendException("sway has not started within " + START_LIMIT.toSeconds() + " s: "
                        + lastLine(sway.logTail()));
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /** Waits until the output has the wanted size and answers its mode. */
    private static DisplayMode currentMode(SwayIpc ipc, DisplayMode wanted, long deadline) {
        while (true) {
            List<SwayIpc.OutputState> outputs = ipc.outputs();
            for (SwayIpc.OutputState output : outputs) {
                if (output.name().equals(OUTPUT) && output.active() && output.width() == wanted.width()
                        && output.height() == wanted.height()
                        && Math.abs(output.refreshMilliHz() - wanted.refreshMilliHz()) <= 1) {
                    return new DisplayMode(output.width(), output.height(), output.refreshMilliHz());
                }
            }
            if (System.nanoTime() > deadline) {
                throw new BackendException("sway has no output of " + wanted + ", but " + outputs);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private static Path waylandSocket(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().matches("wayland-\\d+")).findFirst()
                    .orElseThrow(() -> new BackendException("sway has opened no Wayland socket in " + folder));
        }
    }

    private static String lastLine(String log) {
        List<String> lines = log.lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "it said nothing" : lines.getLast();
    }

    @Override
    public DisplayMode mode() {
        return mode;
    }

    @Override
    public FrameSource source() {
        return new FrameSource.WaylandOutput(waylandSocket, OUTPUT);
    }

    @Override
    public Optional<InputRoute> input() {
        return Optional.of(new InputRoute.WlrVirtual(waylandSocket, OUTPUT));
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public boolean tryResize(DisplayMode wanted) {
        if (!ModeLimits.legal(wanted) || !alive()) {
            return false;
        }
        try (SwayIpc ipc = SwayIpc.connect(folder.resolve(IPC_SOCKET))) {
            ipc.command("output " + OUTPUT + " " + modeCommand(wanted));
            mode = currentMode(ipc, wanted, System.nanoTime() + Duration.ofSeconds(1).toNanos());
            return true;
        } catch (BackendException | PosixException e) {
            LOG.log(System.Logger.Level.WARNING, "no resize to {0}: {1}", wanted, e.getMessage());
            return false;
        }
    }

    @Override
    public boolean alive() {
        return sway.alive();
    }

    /** The compositor's process, for tests that kill it. */
    long pid() {
        return sway.pid();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            end(sway, entry, folder);
        }
    }

    private static void end(ChildProcess sway, Journal.Entry entry, Path folder) {
        boolean gone = sway == null || sway.terminate(STOP_GRACE);
        if (!gone) {
            LOG.log(System.Logger.Level.WARNING, "{0} would not end; the journal keeps it for the next start", sway);
        } else if (entry != null) {
            entry.close();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} cannot be removed: {1}", folder, e.getMessage());
        }
    }
}
