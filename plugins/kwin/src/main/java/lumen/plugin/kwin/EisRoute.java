package lumen.plugin.kwin;

import java.util.List;
import java.util.Optional;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.dbus.Message;
import lumen.posix.Fd;
import lumen.spi.BackendException;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;

/**
 * KWin's emulated-input server, from Plasma 6.1 on. KWin ends its connections when whoever asked for them leaves the bus, so
 * the bus connection is held until the display closes.
 */
final class EisRoute implements InputRoute.Ei, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EisRoute.class.getName());
    /** Keyboard, pointer and touch screen, as the portal counts them. */
    private static final int CAPABILITIES = 7;

    private final DBusConnection bus;
    private final KwinOutput.Area area;

    private EisRoute(DBusConnection bus, KwinOutput.Area area) {
        this.bus = bus;
        this.area = area;
    }

    /** Empty if this KWin has none. */
    static Optional<EisRoute> open(HostContext host, KwinOutput.Area area) {
        DBusConnection bus;
        try {
            bus = KwinBus.open(host);
        } catch (DBusException e) {
            LOG.log(System.Logger.Level.WARNING, "no input: {0}", e.getMessage());
            return Optional.empty();
        }
        EisRoute route = new EisRoute(bus, area);
        try (Fd trial = Fd.own(route.connect())) {
            LOG.log(System.Logger.Level.DEBUG, "emulated input answers on descriptor {0}", trial.value());
            return Optional.of(route);
        } catch (BackendException e) {
            LOG.log(System.Logger.Level.WARNING, "no input: {0}", e.getMessage());
            route.close();
            return Optional.empty();
        }
    }

    @Override
    public int connect() {
        try {
            Message answer = bus.call(KwinBus.NAME, KwinBus.EIS_PATH, KwinBus.EIS, "connectToEIS", "i", CAPABILITIES);
            List<Object> body = answer.body();
            if (body.isEmpty() || !(body.getFirst() instanceof Fd socket)) {
                answer.discard();
                throw new BackendException("KWin answers connectToEIS without a socket");
            }
            return socket.release();
        } catch (DBusException e) {
            throw new BackendException("KWin's emulated-input server: " + e.getMessage(), e);
        }
    }

    @Override
    public Region region() {
        return new Region(Optional.empty(), (int) Math.round(area.x()), (int) Math.round(area.y()),
                (int) Math.round(area.width()), (int) Math.round(area.height()));
    }

    @Override
    public void close() {
        bus.close();
    }
}
