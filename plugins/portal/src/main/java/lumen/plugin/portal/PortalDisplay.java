package lumen.plugin.portal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.posix.Fd;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.VirtualDisplay;
import lumen.wayland.RenderDevice;

/** A monitor, or a new one, that the desktop's portal shows us. */
final class PortalDisplay implements VirtualDisplay {
    private static final System.Logger LOG = System.getLogger(PortalDisplay.class.getName());
    private static final List<String> SESSION_VARIABLES = List.of("WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY", "XDG_SESSION_TYPE");

    private final DBusConnection bus;
    private final Map<String, String> environment = new HashMap<>();
    /** Left by one sink for the next. */
    private final AtomicReference<AutoCloseable> inputConnection = new AtomicReference<>();
    private volatile Optional<InputRoute> input = Optional.empty();
    private volatile OptionalLong renderDevice = OptionalLong.empty();
    private volatile Optional<WlrootsSide> wlroots = Optional.empty();
    private volatile DisplayMode mode;
    private volatile boolean sized;
    private volatile PortalGrant grant;
    private volatile Optional<String> ended = Optional.empty();
    private volatile boolean revoked;
    private volatile boolean closed;

    private PortalDisplay(DBusConnection bus, DisplayMode wanted, HostContext host) {
        this.bus = bus;
        this.mode = wanted;
        SESSION_VARIABLES.forEach(name -> host.variable(name).ifPresent(value -> environment.put(name, value)));
    }

    /**
     * Blocks while the user is asked.
     *
     * @param limit how long the user may take
     */
    static PortalDisplay create(DisplayRequest request, HostContext host, Duration limit) {
        DBusConnection bus = PortalApi.bus(host);
        PortalDisplay display = new PortalDisplay(bus, request.mode(), host);
        try {
            display.start(request, host, limit);
            return display;
        } catch (RuntimeException e) {
            display.close();
            throw e;
        }
    }

    private void start(DisplayRequest request, HostContext host, Duration limit) {
        bus.onLost(why -> end("the session bus has gone: " + why));
        bus.onNameLost(PortalApi.NAME, () -> end("the portal has gone"));
        String appId = register();
        Abilities abilities = Abilities.of(bus);
        if (abilities.screenCast() == 0) {
            throw new BackendException(PortalProvider.NO_BACKEND);
        }
        DialogAdvice advice = new DialogAdvice(host.variable("XDG_CURRENT_DESKTOP").orElse(""), appId, abilities.remembers());
        grant = PortalGrant.ask(bus, new PortalRequests(bus, advice), abilities, request, host.notes(), limit, () -> {
            revoked = true;
            end("the desktop has ended the screen cast");
        });
        renderDevice = RenderDevice.ofSession(host::variable, PortalApi.CALL_LIMIT);
        grant.stream().size().ifPresent(size -> {
            mode = new DisplayMode(size.x(), size.y(), mode.refreshMilliHz());
            sized = true;
        });
        if (grant.devices() != 0 && abilities.remoteDesktop() >= PortalApi.REMOTE_DESKTOP_EIS_SINCE) {
            input = Optional.of(new EisRoute());
        } else {
            wlroots = WlrootsSide.find(host, grant.stream());
            // The portal tells logical sizes only.
            wlroots.ifPresent(side -> mode = side.mode());
            input = wlroots.flatMap(WlrootsSide::input);
        }
    }

    /** Tells the portal who we are, which works where our desktop entry is installed; before anything else. */
    private String register() {
        try {
            bus.call(PortalApi.CALL_LIMIT, PortalApi.NAME, PortalApi.PATH, PortalApi.REGISTRY, "Register", "sa{sv}", PortalApi.APP_ID, Map.of());
            return PortalApi.APP_ID;
        } catch (DBusException e) {
            LOG.log(System.Logger.Level.DEBUG, "the portal does not know {0}: {1}", PortalApi.APP_ID, e.getMessage());
            return "";
        }
    }

    /** On the bus's thread. */
    private void end(String why) {
        if (ended.isEmpty() && !closed) {
            ended = Optional.of(why);
            LOG.log(System.Logger.Level.WARNING, "{0}", why);
        }
    }

    @Override
    public DisplayMode mode() {
        return mode;
    }

    @Override
    public FrameSource source() {
        return new FrameSource.PipeWireNode(grant.stream().serial(), grant.stream().node(), Optional.of(this::openRemote));
    }

    /** A call to a portal that has gone would start another, which knows nothing of the session. */
    private void requireAlive() {
        if (!alive()) {
            throw new BackendException(ended.orElse("the display is closed"));
        }
    }

    private int openRemote() {
        requireAlive();
        try {
            return bus.call(PortalApi.CALL_LIMIT, PortalApi.NAME, PortalApi.PATH, PortalApi.SCREEN_CAST, "OpenPipeWireRemote", "oa{sv}",
                    grant.session(), Map.of()).get(0, Fd.class).release();
        } catch (DBusException e) {
            throw new BackendException("the portal opens no PipeWire: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<InputRoute> input() {
        return input;
    }

    /** The session's emulated-input server, to which the portal connects once. */
    private final class EisRoute implements InputRoute.Ei {
        @Override
        public int connect() {
            requireAlive();
            try {
                return bus.call(PortalApi.CALL_LIMIT, PortalApi.NAME, PortalApi.PATH, PortalApi.REMOTE_DESKTOP, "ConnectToEIS", "oa{sv}",
                        grant.session(), Map.of()).get(0, Fd.class).release();
            } catch (DBusException e) {
                throw new BackendException("the portal gives no input: " + e.getMessage(), e);
            }
        }

        @Override
        public boolean keep(AutoCloseable connection) {
            if (!alive()) {
                return false;
            }
            discard(inputConnection.getAndSet(connection));
            return true;
        }

        @Override
        public Optional<AutoCloseable> kept() {
            return Optional.ofNullable(inputConnection.getAndSet(null));
        }

        @Override
        public Region region() {
            PortalStream.Pair position = grant.stream().position().orElse(new PortalStream.Pair(0, 0));
            PortalStream.Pair size = grant.stream().size().orElse(new PortalStream.Pair(0, 0));
            return new Region(grant.stream().mappingId(), position.x(), position.y(), size.x(), size.y());
        }
    }

    private static void discard(AutoCloseable connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.DEBUG, "an input connection did not close", e);
            }
        }
    }

    @Override
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** Unless the user has taken the grant back: asking again would be rude. */
    @Override
    public boolean replaceable() {
        return !revoked;
    }

    /** Of the session's compositor, whose portal this is. */
    @Override
    public OptionalLong renderDevice() {
        return renderDevice;
    }

    /** A monitor that has no size of its own gets what its consumer asks for; others are the desktop's affair. */
    @Override
    public boolean tryResize(DisplayMode wanted) {
        if (!sized) {
            mode = wanted;
        } else if (!wanted.equals(mode)) {
            throw new BackendException("the portal shows what the desktop has, " + mode);
        }
        return true;
    }

    @Override
    public void nudge() {
        wlroots.ifPresent(WlrootsSide::nudge);
    }

    @Override
    public boolean alive() {
        return ended.isEmpty() && !closed;
    }

    @Override
    public List<String> lastWords() {
        return ended.stream().toList();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        discard(inputConnection.getAndSet(null));
        if (grant != null && ended.isEmpty()) {
            grant.close(bus);
        }
        bus.close();
    }
}
