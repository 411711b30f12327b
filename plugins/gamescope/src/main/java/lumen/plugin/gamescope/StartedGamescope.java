package lumen.plugin.gamescope;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import lumen.posix.ChildProcess;
import lumen.posix.PosixException;
import lumen.posix.PrivateFolder;
import lumen.posix.Program;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.VirtualDisplay;

/** A headless gamescope with the session's program inside, in a runtime folder of its own. Either ends with the other. */
final class StartedGamescope implements VirtualDisplay {
    /** First part of its folder's name; short, for the sake of the sockets in it. */
    static final String FOLDER_KIND = "gs";
    private static final System.Logger LOG = System.getLogger(StartedGamescope.class.getName());
    private static final Duration STOP_GRACE = Duration.ofSeconds(2);
    /** Its sockets' names are counted from 0, and the folder is its own. */
    private static final String EIS_SOCKET = "gamescope-0-ei";
    private static final String READY_FILE = "ready";
    private static final String EXPOSE_WAYLAND = "--expose-wayland";
    /**
     * gamescope's own watchdog ends the program when gamescope is killed, but says so first, and dies of that itself if the
     * host that read its words has gone too. Then the kernel ends the program.
     */
    private static final List<String> END_WITH_WATCHDOG = List.of("setpriv", "--pdeathsig", "KILL", "--");
    private static final int HERTZ = 1_000;
    /** One that fails sooner would only fail again. */
    private static final Duration SOUND_LIFE = Duration.ofSeconds(5);
    private static final int LAST_LINES = 12;

    private final ChildProcess gamescope;
    private final GamescopeLog log;
    private final Traces traces;
    private final PrivateFolder folder;
    private final Readiness ready;
    private final DisplayMode mode;
    private final Map<String, String> environment;
    private final long readyNanos = System.nanoTime();
    /** Age at which it was first seen ended. */
    private volatile OptionalLong lifeNanos = OptionalLong.empty();
    private boolean closed;

    private StartedGamescope(ChildProcess gamescope, GamescopeLog log, Traces traces, PrivateFolder folder, Readiness ready,
                             DisplayMode mode, boolean wayland) {
        this.gamescope = gamescope;
        gamescope.onExit(() -> lifeNanos = OptionalLong.of(System.nanoTime() - readyNanos));
        this.log = log;
        this.traces = traces;
        this.folder = folder;
        this.ready = ready;
        this.mode = mode;
        this.environment = GamescopeEnvironment.client(System.getenv(), folder.path(), ready.display(), ready.socket(),
                wayland ? Optional.of(ready.socket()) : Optional.empty());
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param arguments further arguments for gamescope
     */
    static StartedGamescope start(Program program, List<String> arguments, DisplayRequest request, DisplayRequest.App app,
                                  HostContext host) {
        GamescopeLog log = new GamescopeLog();
        Traces[] traces = new Traces[1];
        ChildProcess gamescope = null;
        PrivateFolder folder = null;
        try {
            folder = PrivateFolder.create(host.runtimeDirectory(), FOLDER_KIND, request.session(), EIS_SOCKET);
            Path path = folder.path();
            Path readyFile = Files.createFile(folder.path().resolve(READY_FILE));
            Map<String, String> environment = GamescopeEnvironment.compositor(System.getenv(), folder.path(), program.path(),
                    app.environment());
            requireProgram(app.command().getFirst(), environment);
            gamescope = ChildProcess.start(folder.path().getFileName().toString(),
                    command(program, arguments, request.mode(), readyFile, app.command()), environment,
                    Path.of(System.getProperty("user.home")), (pid, ticks) -> traces[0] = Traces.record(host.journal(),
                            request.session(), pid, ticks, path), log::line);
            Readiness ready = Readiness.await(gamescope, log, readyFile, environment);
            return new StartedGamescope(gamescope, log, traces[0], folder, ready, request.mode(), arguments.contains(EXPOSE_WAYLAND));
        } catch (IOException | RuntimeException e) {
            end(gamescope, traces[0], folder);
            throw e instanceof BackendException b ? b : new BackendException("gamescope can't be started: " + e.getMessage(), e);
        }
    }

    /** gamescope would end without a word about it, as if the program had done its work. */
    private static void requireProgram(String program, Map<String, String> environment) {
        if (Program.find(program, environment.get("PATH")).isEmpty()) {
            throw new BackendException("gamescope can't start " + program + ": there is no such program");
        }
    }

    static List<String> command(Program program, List<String> arguments, DisplayMode mode, Path readyFile, List<String> app) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--backend", "headless",
                "-W", Integer.toString(mode.width()), "-H", Integer.toString(mode.height()),
                "-r", Integer.toString(mode.refreshMilliHz() / HERTZ), "--ready-fd", readyFile.toString()));
        command.addAll(arguments);
        command.add("--");
        command.addAll(END_WITH_WATCHDOG);
        command.addAll(app);
        return List.copyOf(command);
    }

    @Override
    public DisplayMode mode() {
        return mode;
    }

    @Override
    public FrameSource source() {
        return GamescopeNode.of(ready.node());
    }

    @Override
    public OptionalLong renderDevice() {
        return RenderNode.of(gamescope.pid());
    }

    @Override
    public Optional<InputRoute> input() {
        Path socket = folder.path().resolve(EIS_SOCKET);
        return Files.exists(socket) ? Optional.of(new EisSocket(socket, mode)) : Optional.empty();
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public boolean runsApp() {
        return true;
    }

    /** gamescope ends with 0 when its program does; with anything else it has failed and taken the program along. */
    @Override
    public boolean replaceable() {
        OptionalLong status = gamescope.exitStatus();
        return status.isPresent() && status.getAsLong() != 0
                && lifeNanos.orElse(System.nanoTime() - readyNanos) > SOUND_LIFE.toNanos();
    }

    @Override
    public boolean tryResize(DisplayMode wanted) {
        return ResizeRefusal.keep(mode, wanted);
    }

    /** One that has lost PipeWire runs on, but nobody will ever see it again. */
    @Override
    public boolean alive() {
        return gamescope.alive() && !log.captureEnded();
    }

    @Override
    public List<String> lastWords() {
        List<String> lines = GamescopeLog.plain(gamescope.logTail()).lines().filter(line -> !line.isBlank()).toList();
        return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    }

    /** The compositor's process, for tests that kill it. */
    long pid() {
        return gamescope.pid();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            end(gamescope, traces, folder);
        }
    }

    private static void end(ChildProcess gamescope, Traces traces, PrivateFolder folder) {
        try {
            if (gamescope != null && !gamescope.terminate(STOP_GRACE)) {
                LOG.log(System.Logger.Level.WARNING, "{0} would not end; the journal keeps it for the next start", gamescope);
                return;
            }
            if (traces != null) {
                XDisplayFiles.removeOf(gamescope.pid());
                traces.close();
            }
        } catch (PosixException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", gamescope, e.getMessage());
        } finally {
            if (folder != null) {
                folder.close();
            }
        }
    }
}
