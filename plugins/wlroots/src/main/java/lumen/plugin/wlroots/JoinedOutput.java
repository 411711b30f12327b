package lumen.plugin.wlroots;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.VirtualDisplay;

/**
 * An output of the compositor the user runs: one made for the session on sway, or an existing one on any compositor built
 * on wlroots. What is changed there is undone when it closes.
 */
final class JoinedOutput implements VirtualDisplay {
    private static final System.Logger LOG = System.getLogger(JoinedOutput.class.getName());
    private static final long APPEAR_NANOS = 2_000_000_000;
    private static final long LOOK_AGAIN_NANOS = 2_000_000;
    /** Of several sessions one at a time: a new output is found by comparing lists. */
    private static final Object CREATION = new Object();
    /** Outputs of sessions of this host: one that wants to be alone leaves the others theirs. */
    private static final Set<SwayOutput> MADE = ConcurrentHashMap.newKeySet();

    private final RunningCompositor compositor;
    private final KeptPlace place;
    /** Newest first. */
    private final Deque<SwayChange> changes = new ArrayDeque<>();
    private String name = "";
    private boolean made;
    /** Where sway has put the new output by itself. */
    private String given = "";
    private OutputWatch watch;
    private boolean closed;

    private JoinedOutput(RunningCompositor compositor, KeptPlace place) {
        this.compositor = compositor;
        this.place = place;
    }

    /** @throws BackendException if there is no such output, or none can be made; nothing has changed then */
    static JoinedOutput open(DisplayRequest request, HostContext host) {
        JoinedOutput display = new JoinedOutput(RunningCompositor.of(host), KeptPlace.of(request, host));
        try {
            display.set(request, host);
            return display;
        } catch (BackendException | PosixException e) {
            display.close();
            throw e instanceof BackendException b ? b : new BackendException("sway can't be joined: " + e.getMessage(), e);
        }
    }

    private void set(DisplayRequest request, HostContext host) {
        if (request.output().isPresent()) {
            name = request.output().get();
            watch = new OutputWatch(compositor, name);
            if (compositor.ipc().isPresent()) {
                try (SwayIpc ipc = SwayIpc.connect(compositor.ipc().get())) {
                    arrange(ipc, request, host);
                }
            } else if (request.placement() != DisplayRequest.Placement.EXTEND) {
                LOG.log(System.Logger.Level.WARNING, "display.placement {0} is for sway; the outputs stay as they are",
                        request.placement());
            }
            return;
        }
        Path socket = compositor.ipc().orElseThrow(() -> new BackendException("the compositor at " + compositor.socket()
                + " is no sway and makes no outputs; choose one it has with display.output: " + compositor.outputs()));
        ModeLimits.check(request.mode());
        try (SwayIpc ipc = SwayIpc.connect(socket)) {
            make(ipc, socket, request.session(), host);
            SwayOutput output = new SwayOutput(socket, name);
            place.scale().ifPresent(scale -> output.command(ipc, "scale " + scale));
            output.change(ipc, request.mode());
            given = output.state(ipc).map(KeptPlace::place).orElse("");
            place.position().ifPresent(position -> output.command(ipc, "position " + position));
            watch = new OutputWatch(compositor, name);
            arrange(ipc, request, host);
        }
    }

    private void make(SwayIpc ipc, Path socket, String session, HostContext host) {
        synchronized (CREATION) {
            Set<String> before = ipc.outputs().stream().map(SwayIpc.OutputState::name).collect(Collectors.toSet());
            SwayChange creation = SwayChange.note(host, socket, SwayChange.Kind.CREATED, List.copyOf(before),
                    "an output for session " + session);
            changes.push(creation);
            ipc.command("create_output");
            name = awaitNew(ipc, before);
            made = true;
            MADE.add(new SwayOutput(socket, name));
            changes.push(SwayChange.note(host, socket, SwayChange.Kind.PLUGGED, List.of(name),
                    "output " + name + " for session " + session));
            changes.remove(creation);
            creation.forget();
        }
    }

    private static String awaitNew(SwayIpc ipc, Set<String> before) {
        long deadline = System.nanoTime() + APPEAR_NANOS;
        while (true) {
            Optional<String> made = SwayChange.firstNew(ipc.outputs(), before);
            if (made.isPresent()) {
                return made.get();
            }
            if (System.nanoTime() > deadline) {
                throw new BackendException("sway was asked for an output and has made none");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private void arrange(SwayIpc ipc, DisplayRequest request, HostContext host) {
        List<SwayIpc.OutputState> others = ipc.outputs().stream().filter(o -> o.active() && !o.name().equals(name)).toList();
        Path socket = compositor.ipc().orElseThrow();
        switch (request.placement()) {
            // sway opens a program's windows on the output that has the focus.
            case EXTEND -> request.app().ifPresent(app -> ipc.command("focus output " + name));
            case PRIMARY -> {
                List<String> focused = others.stream().filter(SwayIpc.OutputState::focused).map(SwayIpc.OutputState::name).toList();
                if (!focused.isEmpty()) {
                    changes.push(SwayChange.note(host, socket, SwayChange.Kind.FOCUSED, focused,
                            "the focus of session " + request.session()));
                }
                ipc.command("focus output " + name);
            }
            case ONLY -> {
                List<String> names = others.stream().map(SwayIpc.OutputState::name)
                        .filter(other -> !MADE.contains(new SwayOutput(socket, other))).toList();
                if (!names.isEmpty()) {
                    changes.push(SwayChange.note(host, socket, SwayChange.Kind.DISABLED, names,
                            "outputs switched off for session " + request.session()));
                    names.forEach(other -> new SwayOutput(socket, other).command(ipc, "disable"));
                }
            }
        }
    }

    @Override
    public DisplayMode mode() {
        return watch.mode();
    }

    @Override
    public FrameSource source() {
        return new FrameSource.WaylandOutput(compositor.socket(), name);
    }

    @Override
    public Optional<InputRoute> input() {
        return Optional.of(new InputRoute.WlrVirtual(compositor.socket(), name));
    }

    @Override
    public Map<String, String> environment() {
        return compositor.environment();
    }

    /** The programs are the user's compositor's. */
    @Override
    public boolean replaceable() {
        return true;
    }

    @Override
    public boolean tryResize(DisplayMode wanted) {
        if (!made || !ModeLimits.legal(wanted) || !alive()) {
            return wanted.equals(mode());
        }
        Path socket = compositor.ipc().orElseThrow();
        try (SwayIpc ipc = SwayIpc.connect(socket)) {
            DisplayMode real = new SwayOutput(socket, name).change(ipc, wanted);
            return watch.awaitMode(real);
        } catch (BackendException | PosixException e) {
            LOG.log(System.Logger.Level.WARNING, "no resize to {0}: {1}", wanted, e.getMessage());
            return false;
        }
    }

    @Override
    public boolean alive() {
        return watch.alive();
    }

    @Override
    public List<String> lastWords() {
        return watch.end().isEmpty() ? List.of() : List.of(watch.end());
    }

    /** As the compositor calls it. */
    String name() {
        return name;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (watch != null) {
            keepPlace();
            watch.close();
        }
        compositor.ipc().ifPresent(ipc -> MADE.remove(new SwayOutput(ipc, name)));
        for (SwayChange change : changes) {
            try {
                change.undo();
            } catch (BackendException e) {
                LOG.log(System.Logger.Level.WARNING, "output {0}: {1}; the journal keeps it for the next start", name,
                        e.getMessage());
            }
        }
    }

    private void keepPlace() {
        if (made && watch.alive()) {
            SwayOutput output = new SwayOutput(compositor.ipc().orElseThrow(), name);
            try (SwayIpc ipc = SwayIpc.connect(output.ipc())) {
                output.state(ipc).filter(SwayIpc.OutputState::active).ifPresent(state -> {
                    place.keepScale(state);
                    place.keepPosition(state, given);
                });
            } catch (BackendException | PosixException e) {
                LOG.log(System.Logger.Level.DEBUG, "the place of {0} is not kept: {1}", name, e.getMessage());
            }
        }
    }
}
