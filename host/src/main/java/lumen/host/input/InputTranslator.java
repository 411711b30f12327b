package lumen.host.input;

import java.util.OptionalInt;
import lumen.core.input.HeldKeys;
import lumen.core.input.InputEvent;
import lumen.core.input.VirtualKeys;
import lumen.core.metrics.EventCounters;
import lumen.spi.InputSink;

/**
 * Turns input events into calls of a sink: virtual keys into evdev codes, presses into state, modifier bits
 * without a modifier key into that key. Confined to one thread. A sink that throws is reported once and
 * tried again at the next event.
 */
final class InputTranslator {
    private static final System.Logger LOG = System.getLogger(InputTranslator.class.getName());

    private static final int KEY_LEFTCTRL = 29;
    private static final int KEY_LEFTSHIFT = 42;
    private static final int KEY_RIGHTSHIFT = 54;
    private static final int KEY_LEFTALT = 56;
    private static final int KEY_RIGHTCTRL = 97;
    private static final int KEY_RIGHTALT = 100;
    private static final int KEY_LEFTMETA = 125;
    private static final int KEY_RIGHTMETA = 126;
    /** {@code BTN_LEFT}; right, middle, side and extra follow. */
    private static final int BTN_LEFT = 0x110;

    private final InputSink sink;
    private final String session;
    private final EventCounters<InputDefect> defects;
    private final HeldKeys held = new HeldKeys();
    private final boolean[] reportedKeys = new boolean[256];

    InputTranslator(InputSink sink, String session, EventCounters<InputDefect> defects) {
        this.sink = sink;
        this.session = session;
        this.defects = defects;
    }

    void apply(InputEvent event) {
        switch (event) {
            case InputEvent.Key k -> key(k);
            case InputEvent.Text t -> call(() -> sink.text(t.codePoint()));
            case InputEvent.MouseMove m -> call(() -> sink.pointerMove(m.dx(), m.dy()));
            case InputEvent.MousePosition p -> position(p);
            case InputEvent.MouseButton b -> button(b);
            case InputEvent.Scroll s -> call(() -> sink.scroll(s.amount(), 0));
            case InputEvent.HorizontalScroll s -> call(() -> sink.scroll(0, s.amount()));
            case InputEvent.EnableHaptics h -> {
                // says what the client could do; nothing here rumbles
            }
            case InputEvent.ControllerState c -> unsupported();
            case InputEvent.ControllerArrival a -> unsupported();
            case InputEvent.ControllerTouch t -> unsupported();
            case InputEvent.ControllerMotion m -> unsupported();
            case InputEvent.ControllerBattery b -> unsupported();
            case InputEvent.Touch t -> unsupported();
            case InputEvent.Pen p -> unsupported();
        }
    }

    void flush() {
        call(sink::flush);
    }

    /** Lets go of every key and button. */
    void releaseAll() {
        for (int code : held.releaseAll()) {
            call(() -> emit(code, false));
        }
    }

    private void key(InputEvent.Key key) {
        OptionalInt code = VirtualKeys.evdev(key.virtualKey());
        if (code.isEmpty()) {
            defects.count(InputDefect.UNKNOWN_KEY);
            if (!reportedKeys[key.virtualKey() & 0xFF]) {
                reportedKeys[key.virtualKey() & 0xFF] = true;
                LOG.log(System.Logger.Level.INFO, "session {0}: no key for virtual key 0x{1}", session, Integer.toHexString(key.virtualKey()));
            }
            return;
        }
        if (!changes(code.getAsInt(), key.down())) {
            return;
        }
        if (!key.down() || modifier(code.getAsInt())) {
            call(() -> sink.key(code.getAsInt(), key.down()));
            return;
        }
        boolean shift = missing(key, InputEvent.Key.SHIFT, KEY_LEFTSHIFT, KEY_RIGHTSHIFT);
        boolean ctrl = missing(key, InputEvent.Key.CTRL, KEY_LEFTCTRL, KEY_RIGHTCTRL);
        boolean alt = missing(key, InputEvent.Key.ALT, KEY_LEFTALT, KEY_RIGHTALT);
        heal(shift, KEY_LEFTSHIFT, true);
        heal(ctrl, KEY_LEFTCTRL, true);
        heal(alt, KEY_LEFTALT, true);
        call(() -> sink.key(code.getAsInt(), true));
        heal(alt, KEY_LEFTALT, false);
        heal(ctrl, KEY_LEFTCTRL, false);
        heal(shift, KEY_LEFTSHIFT, false);
    }

    /** The client saw the modifier held, but its press never came. */
    private boolean missing(InputEvent.Key key, int bit, int left, int right) {
        return (key.modifiers() & bit) != 0 && !held.holds(left) && !held.holds(right);
    }

    private void heal(boolean missing, int code, boolean down) {
        if (missing) {
            call(() -> sink.key(code, down));
        }
    }

    private static boolean modifier(int code) {
        return switch (code) {
            case KEY_LEFTSHIFT, KEY_RIGHTSHIFT, KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTALT, KEY_RIGHTALT, KEY_LEFTMETA, KEY_RIGHTMETA -> true;
            default -> false;
        };
    }

    private void button(InputEvent.MouseButton button) {
        int code = switch (button.button()) {
            case 1 -> BTN_LEFT;
            case 2 -> BTN_LEFT + 2;
            case 3 -> BTN_LEFT + 1;
            case 4 -> BTN_LEFT + 3;
            case 5 -> BTN_LEFT + 4;
            default -> -1;
        };
        if (code < 0) {
            defects.count(InputDefect.UNKNOWN_BUTTON);
        } else if (changes(code, button.down())) {
            call(() -> sink.button(code, button.down()));
        }
    }

    private boolean changes(int code, boolean down) {
        if (down ? held.press(code) : held.release(code)) {
            return true;
        }
        defects.count(down ? InputDefect.REPEATED_PRESS : InputDefect.REPEATED_RELEASE);
        return false;
    }

    private void position(InputEvent.MousePosition p) {
        if (p.width() <= 0 || p.height() <= 0) {
            defects.count(InputDefect.NO_REFERENCE_SIZE);
            return;
        }
        call(() -> sink.pointerTo(Math.clamp(p.x(), 0, p.width()), Math.clamp(p.y(), 0, p.height()), p.width(), p.height()));
    }

    private void emit(int code, boolean down) {
        if (code >= BTN_LEFT && code <= BTN_LEFT + 4) {
            sink.button(code, down);
        } else {
            sink.key(code, down);
        }
    }

    private void unsupported() {
        defects.count(InputDefect.UNSUPPORTED_DEVICE);
    }

    private void call(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            defects.count(InputDefect.SINK_FAILED);
            if (defects.get(InputDefect.SINK_FAILED) == 1) {
                LOG.log(System.Logger.Level.WARNING, "session " + session + ": input fails (further failures are only counted)", e);
            }
        }
    }
}
