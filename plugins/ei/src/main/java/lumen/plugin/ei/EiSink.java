package lumen.plugin.ei;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lumen.ei.EiConnection;
import lumen.ei.EiDevice;
import lumen.ei.EiInterface;
import lumen.spi.DisplayMode;
import lumen.spi.InputRoute;
import lumen.spi.InputSink;

/**
 * A session's input on an emulated-input server. Devices may pause and come back at any time: what is sent meanwhile is
 * lost, as it would be on a real machine whose cable is pulled, and counted. A server that goes is looked for again.
 */
final class EiSink implements InputSink {
    private static final System.Logger LOG = System.getLogger("lumen.ei");

    private static final float NOTCH = 120;
    /** As Mutter has it. */
    private static final float PIXELS_OF_A_NOTCH = 10;

    private final EiLink link;
    private final int step;
    private final DisplayMode mode;
    private final Typist typist = new Typist();
    private final TargetRegion target = new TargetRegion();
    private boolean warnedOfText;
    private long untyped;
    private long unreached;
    private boolean closed;

    private EiSink(EiLink link, DisplayMode mode) {
        this.link = link;
        step = link.scrollStep();
        this.mode = mode;
    }

    /** Waits for the devices, so that the first key finds a keyboard. */
    static EiSink open(InputRoute.Ei route, DisplayMode mode) {
        return new EiSink(EiLink.open(route), mode);
    }

    /** Events that no device took, because none was there, it was paused, or the server stuck. */
    long dropped() {
        return unreached + link.dropped();
    }

    /** Characters that the keyboard layout does not have. */
    long untyped() {
        return untyped;
    }

    private EiDevice device(EiConnection connection, EiInterface type) {
        Optional<EiDevice> device = connection.first(type);
        if (device.isEmpty()) {
            unreached++;
        }
        return device.orElse(null);
    }

    @Override
    public void key(int code, boolean down) {
        EiConnection connection = link.current().connection();
        EiDevice keyboard = device(connection, EiInterface.KEYBOARD);
        if (keyboard != null) {
            connection.key(keyboard, code, down);
        }
    }

    @Override
    public void text(int codePoint) {
        EiConnection connection = link.current().connection();
        EiDevice keyboard = device(connection, EiInterface.KEYBOARD);
        if (keyboard != null && !typist.type(connection, keyboard, codePoint)) {
            untyped++;
            if (!warnedOfText) {
                warnedOfText = true;
                LOG.log(System.Logger.Level.WARNING, "U+{0} can not be typed: {1}", Integer.toHexString(codePoint).toUpperCase(Locale.ROOT),
                        typist.trouble().orElse("the keyboard layout of the desktop does not have it"));
            }
        }
    }

    @Override
    public void pointerMove(int dx, int dy) {
        EiConnection connection = link.current().connection();
        EiDevice pointer = device(connection, EiInterface.POINTER);
        if (pointer != null) {
            connection.move(pointer, dx, dy);
        }
    }

    @Override
    public void pointerTo(int x, int y, int width, int height) {
        EiLink.Current current = link.current();
        if (!target.find(current.connection(), current.region(), mode)) {
            unreached++;
            return;
        }
        current.connection().moveTo(target.device(), target.x(x, width), target.y(y, height));
    }

    @Override
    public void button(int code, boolean down) {
        EiConnection connection = link.current().connection();
        EiDevice pointer = device(connection, EiInterface.BUTTON);
        if (pointer != null) {
            connection.button(pointer, code, down);
        }
    }

    @Override
    public void scroll(int vertical, int horizontal) {
        EiConnection connection = link.current().connection();
        EiDevice wheel = device(connection, EiInterface.SCROLL);
        if (wheel == null) {
            return;
        }
        if (vertical % step == 0 && horizontal % step == 0) {
            connection.scroll(wheel, horizontal, -vertical);
        } else {
            connection.scrollPixels(wheel, horizontal * PIXELS_OF_A_NOTCH / NOTCH, -vertical * PIXELS_OF_A_NOTCH / NOTCH);
        }
    }

    @Override
    public void flush() {
        link.current().connection().flush();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            typist.close();
            link.leave();
            if (dropped() > 0 || untyped > 0) {
                LOG.log(System.Logger.Level.INFO, "emulated input: {0} events were lost, {1} characters not in the keyboard layout",
                        dropped(), untyped);
            }
        }
    }

    /** For tests and diagnosis. */
    List<EiDevice> devices() {
        return link.current().connection().usable();
    }
}
