package lumen.core.input;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import lumen.core.metrics.EventCounters;

/**
 * Input packets (streams reference, 5.1 and 5.2): a big-endian size, a little-endian magic, a body. Mouse
 * and wheel are big-endian, everything else little-endian.
 */
public final class InputPackets {
    private static final int MAGIC = 4;
    private static final int BODY = 8;

    private static final int KEY_DOWN = 0x03;
    private static final int KEY_UP = 0x04;
    private static final int MOUSE_POSITION = 0x05;
    private static final int MOUSE_MOVE = 0x07;
    private static final int BUTTON_DOWN = 0x08;
    private static final int BUTTON_UP = 0x09;
    private static final int SCROLL = 0x0A;
    private static final int CONTROLLER = 0x0C;
    private static final int HAPTICS = 0x0D;
    private static final int TEXT = 0x17;
    private static final int HORIZONTAL_SCROLL = 0x5500_0001;
    private static final int TOUCH = 0x5500_0002;
    private static final int PEN = 0x5500_0003;
    private static final int ARRIVAL = 0x5500_0004;
    private static final int CONTROLLER_TOUCH = 0x5500_0005;
    private static final int MOTION = 0x5500_0006;
    private static final int BATTERY = 0x5500_0007;

    private static final int LAYOUT_DEPENDENT = 1;
    /** Clients set the high byte of a key code to this; hosts look at the low one only. */
    private static final int KEY_CODE_HIGH = 0x8000;
    private static final int CONTROLLER_HEADER = 0x001A;
    private static final int CONTROLLER_MID = 0x0014;
    private static final int CONTROLLER_TAIL = 0x009C;
    private static final int CONTROLLER_END = 0x0055;

    private InputPackets() {
    }

    /** Bytes of the whole packet of that magic, the least a valid one has; -1 for a magic nobody knows. */
    private static int length(int magic) {
        return switch (magic) {
            case KEY_DOWN, KEY_UP, SCROLL -> 14;
            case TEXT, BUTTON_DOWN, BUTTON_UP -> 9;
            case MOUSE_MOVE, BATTERY -> 12;
            case MOUSE_POSITION -> 18;
            case HORIZONTAL_SCROLL, HAPTICS -> 10;
            case CONTROLLER -> 34;
            case TOUCH, PEN -> 36;
            case ARRIVAL -> 16;
            case CONTROLLER_TOUCH -> 28;
            case MOTION -> 24;
            default -> -1;
        };
    }

    /** Reads one packet that fills {@code data[at..at+length)}; empty if it can't be right (counted). */
    public static Optional<InputEvent> parse(byte[] data, int at, int length, EventCounters<InputDrop> drops) {
        if (length < BODY) {
            drops.count(InputDrop.TRUNCATED);
            return Optional.empty();
        }
        ByteBuffer p = ByteBuffer.wrap(data, at, length).slice();
        if (p.getInt(0) != length - MAGIC) {
            drops.count(InputDrop.SIZE_MISMATCH);
            return Optional.empty();
        }
        p.order(ByteOrder.LITTLE_ENDIAN);
        int magic = p.getInt(MAGIC);
        int least = length(magic);
        if (least < 0 || length < least) {
            drops.count(least < 0 ? InputDrop.UNKNOWN_MAGIC : InputDrop.TRUNCATED);
            return Optional.empty();
        }
        if (magic == TEXT) {
            return text(p, drops);
        }
        return Optional.of(switch (magic) {
            case KEY_DOWN, KEY_UP -> new InputEvent.Key(u8(p, 9), magic == KEY_DOWN, u8(p, 11), (p.get(8) & LAYOUT_DEPENDENT) != 0);
            case MOUSE_MOVE -> new InputEvent.MouseMove(big16(p, 8), big16(p, 10));
            case MOUSE_POSITION -> new InputEvent.MousePosition(big16(p, 8), big16(p, 10), big16(p, 14), big16(p, 16));
            case BUTTON_DOWN, BUTTON_UP -> new InputEvent.MouseButton(u8(p, 8), magic == BUTTON_DOWN);
            case SCROLL -> new InputEvent.Scroll(big16(p, 8));
            case HORIZONTAL_SCROLL -> new InputEvent.HorizontalScroll(big16(p, 8));
            case HAPTICS -> new InputEvent.EnableHaptics(p.getShort(8) != 0);
            case CONTROLLER -> new InputEvent.ControllerState(p.getShort(10), u16(p, 12), u16(p, 16) | u16(p, 30) << 16,
                    u8(p, 18), u8(p, 19), p.getShort(20), p.getShort(22), p.getShort(24), p.getShort(26));
            case ARRIVAL -> new InputEvent.ControllerArrival(u8(p, 8), u8(p, 9), u16(p, 10), p.getInt(12));
            case CONTROLLER_TOUCH -> new InputEvent.ControllerTouch(u8(p, 8), u8(p, 9), u8(p, 11), p.getInt(12),
                    p.getFloat(16), p.getFloat(20), p.getFloat(24));
            case MOTION -> new InputEvent.ControllerMotion(u8(p, 8), u8(p, 9), p.getFloat(12), p.getFloat(16), p.getFloat(20));
            case BATTERY -> new InputEvent.ControllerBattery(u8(p, 8), u8(p, 9), u8(p, 10));
            case TOUCH -> new InputEvent.Touch(u8(p, 8), u16(p, 10), p.getInt(12), p.getFloat(16), p.getFloat(20),
                    p.getFloat(24), p.getFloat(28), p.getFloat(32));
            case PEN -> new InputEvent.Pen(u8(p, 8), u8(p, 9), u8(p, 10), p.getFloat(12), p.getFloat(16), p.getFloat(20),
                    u16(p, 24), u8(p, 26), p.getFloat(28), p.getFloat(32));
            default -> throw new AssertionError("a length without a layout: " + magic);
        });
    }

    private static Optional<InputEvent> text(ByteBuffer p, EventCounters<InputDrop> drops) {
        try {
            String s = StandardCharsets.UTF_8.newDecoder().decode(p.position(BODY)).toString();
            if (s.codePointCount(0, s.length()) == 1) {
                return Optional.of(new InputEvent.Text(s.codePointAt(0)));
            }
        } catch (CharacterCodingException e) {
            // counted below, like text of several code points
        }
        drops.count(InputDrop.BAD_TEXT);
        return Optional.empty();
    }

    /** The packet that a client sends for an event. */
    public static byte[] format(InputEvent event) {
        return switch (event) {
            case InputEvent.Key k -> packet(k.down() ? KEY_DOWN : KEY_UP).put(8, (byte) (k.layoutDependent() ? LAYOUT_DEPENDENT : 0))
                    .putShort(9, (short) (KEY_CODE_HIGH | k.virtualKey())).put(11, (byte) k.modifiers()).array();
            case InputEvent.Text t -> {
                byte[] utf8 = Character.toString(t.codePoint()).getBytes(StandardCharsets.UTF_8);
                yield packet(TEXT, BODY + utf8.length).put(BODY, utf8).array();
            }
            case InputEvent.MouseMove m -> big(packet(MOUSE_MOVE)).putShort(8, (short) m.dx()).putShort(10, (short) m.dy()).array();
            case InputEvent.MousePosition m -> big(packet(MOUSE_POSITION)).putShort(8, (short) m.x()).putShort(10, (short) m.y())
                    .putShort(14, (short) m.width()).putShort(16, (short) m.height()).array();
            case InputEvent.MouseButton b -> packet(b.down() ? BUTTON_DOWN : BUTTON_UP).put(8, (byte) b.button()).array();
            case InputEvent.Scroll s -> big(packet(SCROLL)).putShort(8, (short) s.amount()).putShort(10, (short) s.amount()).array();
            case InputEvent.HorizontalScroll s -> big(packet(HORIZONTAL_SCROLL)).putShort(8, (short) s.amount()).array();
            case InputEvent.EnableHaptics h -> packet(HAPTICS).putShort(8, (short) (h.enabled() ? 1 : 0)).array();
            case InputEvent.ControllerState c -> packet(CONTROLLER).putShort(8, (short) CONTROLLER_HEADER)
                    .putShort(10, (short) c.controller()).putShort(12, (short) c.activeMask()).putShort(14, (short) CONTROLLER_MID)
                    .putShort(16, (short) c.buttons()).put(18, (byte) c.leftTrigger()).put(19, (byte) c.rightTrigger())
                    .putShort(20, (short) c.leftX()).putShort(22, (short) c.leftY()).putShort(24, (short) c.rightX())
                    .putShort(26, (short) c.rightY()).putShort(28, (short) CONTROLLER_TAIL).putShort(30, (short) (c.buttons() >> 16))
                    .putShort(32, (short) CONTROLLER_END).array();
            case InputEvent.ControllerArrival a -> packet(ARRIVAL).put(8, (byte) a.controller()).put(9, (byte) a.type())
                    .putShort(10, (short) a.capabilities()).putInt(12, a.supportedButtons()).array();
            case InputEvent.ControllerTouch t -> packet(CONTROLLER_TOUCH).put(8, (byte) t.controller()).put(9, (byte) t.event())
                    .put(11, (byte) t.touchpad()).putInt(12, t.pointer()).putFloat(16, t.x()).putFloat(20, t.y()).putFloat(24, t.pressure()).array();
            case InputEvent.ControllerMotion m -> packet(MOTION).put(8, (byte) m.controller()).put(9, (byte) m.type())
                    .putFloat(12, m.x()).putFloat(16, m.y()).putFloat(20, m.z()).array();
            case InputEvent.ControllerBattery b -> packet(BATTERY).put(8, (byte) b.controller()).put(9, (byte) b.state())
                    .put(10, (byte) b.percent()).array();
            case InputEvent.Touch t -> packet(TOUCH).put(8, (byte) t.event()).putShort(10, (short) t.rotation()).putInt(12, t.pointer())
                    .putFloat(16, t.x()).putFloat(20, t.y()).putFloat(24, t.pressure()).putFloat(28, t.major()).putFloat(32, t.minor()).array();
            case InputEvent.Pen t -> packet(PEN).put(8, (byte) t.event()).put(9, (byte) t.tool()).put(10, (byte) t.buttons())
                    .putFloat(12, t.x()).putFloat(16, t.y()).putFloat(20, t.pressure()).putShort(24, (short) t.rotation())
                    .put(26, (byte) t.tilt()).putFloat(28, t.major()).putFloat(32, t.minor()).array();
        };
    }

    private static ByteBuffer packet(int magic) {
        return packet(magic, length(magic));
    }

    private static ByteBuffer packet(int magic, int length) {
        return ByteBuffer.allocate(length).putInt(0, length - MAGIC).order(ByteOrder.LITTLE_ENDIAN).putInt(MAGIC, magic);
    }

    private static ByteBuffer big(ByteBuffer p) {
        return p.order(ByteOrder.BIG_ENDIAN);
    }

    private static int big16(ByteBuffer p, int at) {
        return Short.reverseBytes(p.getShort(at));
    }

    private static int u8(ByteBuffer p, int at) {
        return p.get(at) & 0xFF;
    }

    private static int u16(ByteBuffer p, int at) {
        return p.getShort(at) & 0xFFFF;
    }
}
