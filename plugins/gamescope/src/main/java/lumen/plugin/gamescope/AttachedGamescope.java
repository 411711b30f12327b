package lumen.plugin.gamescope;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.posix.PollSet;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.VirtualDisplay;
import lumen.wayland.Output;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/**
 * A gamescope that somebody else runs, shown as it is. It tells its mode as a Wayland compositor, and a connection to
 * it is held to notice when it goes. Closing this leaves it alone.
 */
final class AttachedGamescope implements VirtualDisplay {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final String FIRST_SOCKET = "gamescope-0";

    private final int node;
    private final DisplayMode mode;
    private final Path waylandSocket;
    private final Optional<Path> eisSocket;
    private final UnixSocket witness;
    private final PollSet poll = new PollSet(1);
    private boolean closed;
    private boolean gone;

    private AttachedGamescope(int node, DisplayMode mode, Path waylandSocket, Optional<Path> eisSocket, UnixSocket witness) {
        this.node = node;
        this.mode = mode;
        this.waylandSocket = waylandSocket;
        this.eisSocket = eisSocket;
        this.witness = witness;
        poll.set(0, witness.fd(), 0);
    }

    /**
     * Finds its sockets where this process's environment says, or in the user's runtime folder under the first
     * gamescope's names, and asks it for its mode.
     *
     * @throws BackendException if it isn't there or doesn't answer within 2 s
     */
    static AttachedGamescope attach(int node, HostContext host) {
        Path runtime = Path.of(host.variable("XDG_RUNTIME_DIR").orElseThrow(() -> new BackendException(
                "a running gamescope can't be found: XDG_RUNTIME_DIR is not set")));
        Path wayland = runtime.resolve(host.variable("GAMESCOPE_WAYLAND_DISPLAY").orElse(FIRST_SOCKET));
        Path eis = runtime.resolve(host.variable("LIBEI_SOCKET").orElse(wayland.getFileName() + "-ei"));
        DisplayMode mode = mode(wayland);
        try {
            return new AttachedGamescope(node, mode, wayland, Optional.of(eis).filter(Files::exists), UnixSocket.connect(wayland));
        } catch (PosixException e) {
            throw new BackendException("gamescope at " + wayland + " can't be reached: " + e.getMessage(), e);
        }
    }

    private static DisplayMode mode(Path wayland) {
        try (WaylandConnection connection = WaylandConnection.connect(wayland)) {
            List<Output> outputs = Output.all(connection, Registry.of(connection, ANSWER_LIMIT), ANSWER_LIMIT);
            if (outputs.isEmpty() || outputs.getFirst().width() < 1 || outputs.getFirst().height() < 1
                    || outputs.getFirst().refreshMilliHz() < 1) {
                throw new BackendException("gamescope at " + wayland + " doesn't tell its mode");
            }
            Output output = outputs.getFirst();
            return new DisplayMode(output.width(), output.height(), output.refreshMilliHz());
        } catch (WaylandException | PosixException e) {
            throw new BackendException("gamescope at " + wayland + " can't be reached: " + e.getMessage(), e);
        }
    }

    @Override
    public DisplayMode mode() {
        return mode;
    }

    @Override
    public FrameSource source() {
        return GamescopeNode.of(node);
    }

    @Override
    public Optional<InputRoute> input() {
        return eisSocket.map(socket -> new EisSocket(socket, mode));
    }

    /** Its X display is known only from within; programs started from outside come by Wayland. */
    @Override
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("GAMESCOPE_WAYLAND_DISPLAY", waylandSocket.getFileName().toString());
        environment.put("WAYLAND_DISPLAY", waylandSocket.getFileName().toString());
        environment.put("XDG_RUNTIME_DIR", waylandSocket.getParent().toString());
        return Map.copyOf(environment);
    }

    @Override
    public boolean tryResize(DisplayMode wanted) {
        return ResizeRefusal.keep(mode, wanted);
    }

    @Override
    public synchronized boolean alive() {
        if (!closed && !gone) {
            poll.await(0);
            gone = (poll.happened(0) & (PollSet.HUP | PollSet.ERR)) != 0;
        }
        return !gone;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            poll.close();
            witness.close();
        }
    }
}
