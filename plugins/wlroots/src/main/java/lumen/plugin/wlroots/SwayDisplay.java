package lumen.plugin.wlroots;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final ChildProcess sway;
    private final Journal.Entry entry;
    private final Path folder;
    private final Path waylandSocket;
    private final Map<String, String> environment;
    private final KeptPlace place;
    private volatile DisplayMode mode;
    private boolean closed;

    private SwayDisplay(ChildProcess sway, Journal.Entry entry, Path folder, Path waylandSocket, DisplayMode mode,
                        KeptPlace place) {
        this.sway = sway;
        this.entry = entry;
        this.folder = folder;
        this.waylandSocket = waylandSocket;
        this.mode = mode;
        this.place = place;
        this.environment = SwayEnvironment.ofClients(folder, folder.resolve(IPC_SOCKET), waylandSocket);
    }

    static SwayDisplay start(Path program, DisplayRequest request, HostContext host) {
        BackendException failure = null;
        for (String renderer : SwayEnvironment.renderers(host)) {
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
            Path config = Files.writeString(folder.resolve("config"), config(request.mode(), KeptPlace.of(request, host)));
            sway = ChildProcess.start(folder.getFileName().toString(),
                    List.of(program.toString(), "-c", config.toString()), SwayEnvironment.ofCompositor(folder, folder.resolve(IPC_SOCKET), renderer), folder,
                    (pid, ticks) -> entry[0] = host.journal().process("sway of session " + request.session(), pid, ticks));
            DisplayMode real = awaitOutput(sway, folder, request.mode());
            return new SwayDisplay(sway, entry[0], folder, waylandSocket(folder), real,
                    KeptPlace.of(request, host));
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
    private static String config(DisplayMode mode, KeptPlace place) {
        return "output " + OUTPUT + " " + SwayOutput.modeCommand(mode) + "\n"
                + place.scale().map(scale -> "output " + OUTPUT + " scale " + scale + "\n").orElse("") + """
                swaybg_command -
                swaynag_command -
                default_border none
                default_floating_border none
                focus_on_window_activation focus
                """;
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
                    return new SwayOutput(socket, OUTPUT).awaitMode(ipc, wanted, deadline);
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
            mode = new SwayOutput(folder.resolve(IPC_SOCKET), OUTPUT).change(ipc, wanted);
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
            if (sway.alive()) {
                place.keepScale(new SwayOutput(folder.resolve(IPC_SOCKET), OUTPUT));
            }
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
