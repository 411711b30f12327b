package lumen.plugin.wlroots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import lumen.posix.ChildProcess;
import lumen.posix.CurrentProcess;
import lumen.posix.PosixException;
import lumen.posix.PrivateFolder;
import lumen.posix.Program;
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
    private final PrivateFolder folder;
    private final Path waylandSocket;
    private final Map<String, String> environment;
    private final KeptPlace place;
    private volatile DisplayMode mode;
    private boolean closed;

    private SwayDisplay(ChildProcess sway, Journal.Entry entry, PrivateFolder folder, Path waylandSocket, DisplayMode mode,
                        KeptPlace place) {
        this.sway = sway;
        this.entry = entry;
        this.folder = folder;
        this.waylandSocket = waylandSocket;
        this.mode = mode;
        this.place = place;
        this.environment = SwayEnvironment.ofClients(folder.path(), ipcSocket(), waylandSocket);
    }

    static SwayDisplay start(Program program, DisplayRequest request, HostContext host) {
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

    private static SwayDisplay start(Program program, DisplayRequest request, HostContext host, String renderer) {
        PrivateFolder folder = privateFolder(host.runtimeDirectory(), request.session());
        Path path = folder.path();
        ChildProcess sway = null;
        Journal.Entry[] entry = new Journal.Entry[1];
        try {
            Path config = Files.writeString(path.resolve("config"), config(request.mode(), KeptPlace.of(request, host)));
            sway = ChildProcess.start(path.getFileName().toString(), List.of(program.toString(), "-c", config.toString()),
                    SwayEnvironment.ofCompositor(path, path.resolve(IPC_SOCKET), renderer), path,
                    (pid, ticks) -> entry[0] = host.journal().process("sway of session " + request.session(), pid, ticks));
            DisplayMode real = awaitOutput(sway, path.resolve(IPC_SOCKET), request.mode());
            return new SwayDisplay(sway, entry[0], folder, waylandSocket(path), real, KeptPlace.of(request, host));
        } catch (IOException | RuntimeException e) {
            end(sway, entry[0], folder);
            throw e instanceof BackendException b ? b : new BackendException("sway can't be started: " + e.getMessage(), e);
        }
    }

    private static PrivateFolder privateFolder(Path parent, String session) {
        try {
            // sway tries its default name before it looks at SWAYSOCK, and ends if that is too long.
            return PrivateFolder.create(parent, "sway", session, "sway-ipc." + CurrentProcess.uid() + "." + MAX_PID + ".sock");
        } catch (PosixException e) {
            throw new BackendException(e.getMessage(), e);
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

    private static DisplayMode awaitOutput(ChildProcess sway, Path socket, DisplayMode wanted) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
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

    private Path ipcSocket() {
        return folder.path().resolve(IPC_SOCKET);
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
        try (SwayIpc ipc = SwayIpc.connect(ipcSocket())) {
            mode = new SwayOutput(ipcSocket(), OUTPUT).change(ipc, wanted);
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
                place.keepScale(new SwayOutput(ipcSocket(), OUTPUT));
            }
            end(sway, entry, folder);
        }
    }

    private static void end(ChildProcess sway, Journal.Entry entry, PrivateFolder folder) {
        boolean gone = sway == null || sway.terminate(STOP_GRACE);
        if (!gone) {
            LOG.log(System.Logger.Level.WARNING, "{0} would not end; the journal keeps it for the next start", sway);
        } else if (entry != null) {
            entry.close();
        }
        folder.close();
    }
}
