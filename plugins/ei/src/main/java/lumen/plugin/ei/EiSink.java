package lumen.plugin.ei;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lumen.ei.EiConnection;
import lumen.ei.EiDevice;
import lumen.ei.EiException;
import lumen.ei.EiRegion;
import lumen.ei.XkbKeymap;
import lumen.spi.DisplayMode;
import lumen.spi.InputRoute;
import lumen.spi.InputSink;

/**
 * A session's input on an emulated-input server. Devices may pause and come back at any time: what is sent meanwhile is
 * lost, as it would be on a real machine whose cable is pulled. A server that goes is looked for again, now and then.
 */
final class EiSink implements InputSink {
    private static final System.Logger LOG = System.getLogger("lumen.ei");
    private static final String POINTER = "ei_pointer";
    private static final String ABSOLUTE = "ei_pointer_absolute";
    private static final String BUTTON = "ei_button";
    private static final String SCROLL = "ei_scroll";
    private static final String KEYBOARD = "ei_keyboard";
    /** Compositors announce devices one by one. */
    private static final Duration ALL_DEVICES = Duration.ofSeconds(2);
    private static final long RECONNECT_NANOS = 1_000_000_000L;

    private final InputRoute.Ei route;
    private final DisplayMode mode;
    private final Set<EiDevice> touched = new LinkedHashSet<>();
    private EiConnection connection;
    private InputRoute.Region region;
    private Optional<XkbKeymap> keymap = Optional.empty();
    private Optional<String> keymapText = Optional.empty();
    private boolean warnedOfText;
    private boolean warnedOfLoss;
    private long reconnectNanos;
    private boolean closed;

    private EiSink(InputRoute.Ei route, DisplayMode mode) {
        this.route = route;
        this.mode = mode;
    }

    /** Waits for the devices, so that the first key finds a keyboard. */
    static EiSink open(InputRoute.Ei route, DisplayMode mode) {
        EiSink sink = new EiSink(route, mode);
        sink.connect();
        return sink;
    }

    private void connect() {
        region = route.region();
        connection = EiConnection.connect(route.connect(), "lumen");
        try {
            connection.await(EiSink::complete, ALL_DEVICES);
            List<EiDevice> devices = connection.usable();
            if (devices.isEmpty()) {
                throw new EiException("the server offers no device within " + ALL_DEVICES.toSeconds() + " s");
            }
            LOG.log(System.Logger.Level.DEBUG, "emulated input through {0}", devices);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Mutter's absolute pointer comes with the first frame of its monitor: whatever comes later is used then. */
    private static boolean complete(List<EiDevice> devices) {
        return devices.stream().anyMatch(d -> d.has(KEYBOARD)) && devices.stream().anyMatch(d -> d.has(BUTTON))
                && devices.stream().anyMatch(d -> d.has(ABSOLUTE) || d.has(POINTER));
    }

    /** The first device with an interface; looks for the server again if it has gone. */
    private Optional<EiDevice> device(String interfaceName) {
        if (connection.failure().isPresent() && !reconnected()) {
            return Optional.empty();
        }
        return connection.usable().stream().filter(d -> d.has(interfaceName)).findFirst();
    }

    private boolean reconnected() {
        long now = System.nanoTime();
        if (closed || now - reconnectNanos < 0) {
            return false;
        }
        reconnectNanos = now + RECONNECT_NANOS;
        if (!warnedOfLoss) {
            warnedOfLoss = true;
            LOG.log(System.Logger.Level.WARNING, "input is lost: {0}", connection.failure().orElse(""));
        }
        touched.clear();
        connection.close();
        try {
            connect();
            warnedOfLoss = false;
            LOG.log(System.Logger.Level.INFO, "input is back");
            return true;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "no input yet: {0}", e.getMessage());
            return false;
        }
    }

    @Override
    public void key(int code, boolean down) {
        device(KEYBOARD).ifPresent(d -> {
            connection.key(d, code, down);
            touched.add(d);
        });
    }

    @Override
    public void text(int codePoint) {
        Optional<EiDevice> keyboard = device(KEYBOARD);
        if (keyboard.isEmpty()) {
            return;
        }
        Optional<XkbKeymap.Keys> keys = keymap(keyboard.get()).flatMap(k -> k.keys(codePoint));
        if (keys.isEmpty()) {
            if (!warnedOfText) {
                warnedOfText = true;
                LOG.log(System.Logger.Level.WARNING, "the keyboard layout of the desktop has no key for U+{0}; such characters can not be typed",
                        Integer.toHexString(codePoint).toUpperCase(java.util.Locale.ROOT));
            }
            return;
        }
        EiDevice device = keyboard.get();
        List<Integer> held = new ArrayList<>(keys.get().modifiers());
        // Each press is a frame of its own: compositors look at the modifiers of the frame before.
        for (int modifier : held) {
            press(device, modifier, true);
        }
        press(device, keys.get().key(), true);
        press(device, keys.get().key(), false);
        for (int modifier : held.reversed()) {
            press(device, modifier, false);
        }
    }

    private void press(EiDevice device, int code, boolean down) {
        connection.key(device, code, down);
        connection.frame(device);
    }

    private Optional<XkbKeymap> keymap(EiDevice keyboard) {
        if (!keyboard.keymap().equals(keymapText)) {
            keymapText = keyboard.keymap();
            try {
                keymap = keymapText.map(XkbKeymap::parse);
            } catch (EiException e) {
                LOG.log(System.Logger.Level.WARNING, "no text can be typed: {0}", e.getMessage());
                keymap = Optional.empty();
            }
        }
        return keymap;
    }

    @Override
    public void pointerMove(int dx, int dy) {
        device(POINTER).ifPresent(d -> {
            connection.move(d, dx, dy);
            touched.add(d);
        });
    }

    @Override
    public void pointerTo(int x, int y, int width, int height) {
        device(ABSOLUTE).ifPresent(d -> {
            Optional<EiRegion> target = RegionChoice.among(d.regions(), region);
            float left = target.map(EiRegion::x).orElse(0);
            float top = target.map(EiRegion::y).orElse(0);
            int w = target.map(EiRegion::width).orElse(mode.width());
            int h = target.map(EiRegion::height).orElse(mode.height());
            connection.moveTo(d, left + within(x, width, w), top + within(y, height, h));
            touched.add(d);
        });
    }

    /** The last position is still inside: a region ends before its right edge. */
    private static float within(int at, int of, int edge) {
        return Math.clamp((float) at * edge / Math.max(1, of), 0, edge - 0.01f);
    }

    @Override
    public void button(int code, boolean down) {
        device(BUTTON).ifPresent(d -> {
            connection.button(d, code, down);
            touched.add(d);
        });
    }

    @Override
    public void scroll(int vertical, int horizontal) {
        device(SCROLL).ifPresent(d -> {
            connection.scroll(d, horizontal, -vertical);
            touched.add(d);
        });
    }

    @Override
    public void flush() {
        for (EiDevice device : touched) {
            connection.frame(device);
        }
        touched.clear();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            connection.close();
        }
    }
}
