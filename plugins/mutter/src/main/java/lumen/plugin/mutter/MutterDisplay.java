package lumen.plugin.mutter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.dbus.Struct;
import lumen.dbus.Variant;
import lumen.posix.Fd;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.VirtualDisplay;
import lumen.wayland.RenderDevice;

/**
 * A virtual monitor, or an existing one by choice. Mutter makes the monitor when its stream is first consumed, of the size
 * the consumer asks for, and takes it away with the session; the session lives as long as this connection to the bus.
 */
final class MutterDisplay implements VirtualDisplay {
    private static final System.Logger LOG = System.getLogger(MutterDisplay.class.getName());
    private static final int CURSOR_METADATA = 2;
    private static final int NOTCH = 120;
    private static final long NODE_LIMIT_SECONDS = 5;
    private static final List<String> SESSION_VARIABLES = List.of("WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY", "XDG_SESSION_TYPE");

    private final DBusConnection bus;
    private final String session;
    private final String stream;
    private final boolean virtual;
    private final Map<String, String> environment;
    private final CompletableFuture<Integer> node = new CompletableFuture<>();
    private Optional<MonitorPlacement> placement = Optional.empty();
    private OptionalLong renderDevice = OptionalLong.empty();
    private volatile DisplayMode mode;
    private volatile boolean alive = true;
    private volatile boolean closed;

    private MutterDisplay(DBusConnection bus, String session, String stream, DisplayRequest request, Map<String, String> environment) {
        this.bus = bus;
        this.session = session;
        this.stream = stream;
        this.mode = request.mode();
        this.virtual = request.output().isEmpty();
        this.environment = environment;
    }

    static MutterDisplay create(DisplayRequest request, HostContext host) {
        DBusConnection bus = MutterApi.bus(host);
        try {
            String session = bus.call(MutterApi.CALL_LIMIT, MutterApi.REMOTE_DESKTOP, MutterApi.REMOTE_DESKTOP_PATH,
                    MutterApi.REMOTE_DESKTOP, "CreateSession", "").get(0, String.class);
            String id = bus.property(MutterApi.REMOTE_DESKTOP, session, MutterApi.REMOTE_DESKTOP_SESSION, "SessionId", String.class);
            String cast = bus.call(MutterApi.CALL_LIMIT, MutterApi.SCREEN_CAST, MutterApi.SCREEN_CAST_PATH, MutterApi.SCREEN_CAST,
                    "CreateSession", "a{sv}", Map.of("remote-desktop-session-id", Variant.of(id))).get(0, String.class);
            Map<String, Variant> wishes = Map.of("cursor-mode", Variant.unsigned(CURSOR_METADATA));
            String stream = (request.output().isEmpty()
                    ? bus.call(MutterApi.CALL_LIMIT, MutterApi.SCREEN_CAST, cast, MutterApi.SCREEN_CAST_SESSION, "RecordVirtual", "a{sv}", wishes)
                    : bus.call(MutterApi.CALL_LIMIT, MutterApi.SCREEN_CAST, cast, MutterApi.SCREEN_CAST_SESSION, "RecordMonitor", "sa{sv}",
                            request.output().get(), wishes)).get(0, String.class);
            Map<String, String> environment = new HashMap<>();
            SESSION_VARIABLES.forEach(name -> host.variable(name).ifPresent(value -> environment.put(name, value)));
            MutterDisplay display = new MutterDisplay(bus, session, stream, request, environment);
            display.renderDevice = RenderDevice.ofSession(host::variable, MutterApi.CALL_LIMIT);
            display.placement = placement(bus, request, host);
            try {
                display.start();
            } catch (RuntimeException e) {
                display.placement.ifPresent(MonitorPlacement::close);
                throw e;
            }
            return display;
        } catch (RuntimeException e) {
            bus.close();
            throw e;
        }
    }

    /** A layout that can't be changed is no reason to show nothing. */
    private static Optional<MonitorPlacement> placement(DBusConnection bus, DisplayRequest request, HostContext host) {
        if (request.output().isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new MonitorPlacement(bus, request, host));
        } catch (DBusException e) {
            LOG.log(System.Logger.Level.WARNING, "the new monitor stays where Mutter puts it: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    private void start() {
        bus.onLost(why -> gone("the session bus has gone"));
        bus.onNameLost(MutterApi.SCREEN_CAST, () -> gone("Mutter has gone"));
        bus.subscribe(MutterApi.REMOTE_DESKTOP, session, MutterApi.REMOTE_DESKTOP_SESSION, "Closed", m -> gone("Mutter has closed the session"));
        bus.subscribe(MutterApi.SCREEN_CAST, stream, MutterApi.STREAM, "PipeWireStreamAdded",
                m -> m.first(Integer.class).ifPresent(node::complete));
        bus.call(MutterApi.CALL_LIMIT, MutterApi.REMOTE_DESKTOP, session, MutterApi.REMOTE_DESKTOP_SESSION, "Start", "");
        try {
            node.get(NODE_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new BackendException("Mutter has announced no PipeWire node within " + NODE_LIMIT_SECONDS + " s; does PipeWire run?", e);
        } catch (ExecutionException e) {
            throw new BackendException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException("interrupted while waiting for Mutter", e);
        }
    }

    /** On the bus's thread. */
    private void gone(String why) {
        if (alive && !closed) {
            LOG.log(System.Logger.Level.WARNING, "{0}", why);
        }
        alive = false;
        node.completeExceptionally(new DBusException(why));
    }

    @Override
    public DisplayMode mode() {
        return mode;
    }

    @Override
    public FrameSource source() {
        return new FrameSource.PipeWireNode(FrameSource.PipeWireNode.UNKNOWN_SERIAL, node.join(), Optional.empty());
    }

    /** Of the session's compositor: Mutter paints all its monitors there, the virtual ones, too. */
    @Override
    public OptionalLong renderDevice() {
        return renderDevice;
    }

    @Override
    public Optional<InputRoute> input() {
        return Optional.of(new EisRoute());
    }

    /** The session's own emulated-input server. */
    private final class EisRoute implements InputRoute.Ei {
        @Override
        public int connect() {
            try {
                return bus.call(MutterApi.CALL_LIMIT, MutterApi.REMOTE_DESKTOP, session, MutterApi.REMOTE_DESKTOP_SESSION,
                        "ConnectToEIS", "a{sv}", Map.of()).get(0, Fd.class).release();
            } catch (DBusException e) {
                throw new BackendException("Mutter gives no input: " + e.getMessage(), e);
            }
        }

        @Override
        public Region region() {
            Map<?, ?> parameters = bus.property(MutterApi.SCREEN_CAST, stream, MutterApi.STREAM, "Parameters", Map.class);
            int[] position = pair(parameters, "position").orElse(new int[2]);
            return new Region(parameters.get("mapping-id") instanceof Variant v && v.value() instanceof String id ? Optional.of(id) : Optional.empty(),
                    position[0], position[1], mode.width(), mode.height());
        }

        @Override
        public int scrollStep() {
            return NOTCH;
        }
    }

    private static Optional<int[]> pair(Map<?, ?> parameters, String name) {
        return parameters.get(name) instanceof Variant v && v.value() instanceof Struct s && s.fields().size() == 2
                && s.get(0) instanceof Integer x && s.get(1) instanceof Integer y ? Optional.of(new int[] {x, y}) : Optional.empty();
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public boolean replaceable() {
        return true;
    }

    /** The next consumer says how large a virtual monitor is. */
    @Override
    public boolean tryResize(DisplayMode wanted) {
        if (virtual && alive) {
            mode = wanted;
            placement.ifPresent(p -> p.resized(wanted));
            return true;
        }
        return wanted.equals(mode);
    }

    @Override
    public boolean alive() {
        return alive;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (alive) {
                placement.ifPresent(MonitorPlacement::remember);
                bus.call(MutterApi.CALL_LIMIT, MutterApi.REMOTE_DESKTOP, session, MutterApi.REMOTE_DESKTOP_SESSION, "Stop", "");
            }
        } catch (DBusException e) {
            // The session goes with the connection in any case.
            LOG.log(System.Logger.Level.DEBUG, "Mutter did not stop the session: {0}", e.getMessage());
        }
        placement.ifPresent(MonitorPlacement::close);
        alive = false;
        bus.close();
    }
}
