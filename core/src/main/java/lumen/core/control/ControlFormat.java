package lumen.core.control;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import lumen.core.input.InputDrop;
import lumen.core.input.InputEvent;
import lumen.core.input.InputPackets;
import lumen.core.metrics.EventCounters;

/**
 * The inside of a control packet, {@code u16 type, u16 length, payload} in little-endian, to
 * {@link ControlMessage} and back (streams reference, 4.3). Parsing knows its direction: 0x5502 is a FEC
 * report from the client and a light from the host.
 */
public final class ControlFormat {
    static final int HEADER_LENGTH = 4;
    private static final int LENGTH = 2;
    private static final int ENCRYPTED = 0x0001;

    private static final int RUMBLE = 0x010B;
    private static final int TERMINATION = 0x0109;
    private static final int HDR_MODE = 0x010E;
    private static final int PING = 0x0200;
    private static final int LOSS_STATS = 0x0201;
    private static final int INPUT = 0x0206;
    private static final int INVALIDATE = 0x0301;
    private static final int REQUEST_IDR = 0x0302;
    private static final int START_A = 0x0305;
    private static final int START_B = 0x0307;
    private static final int LTR_ACKNOWLEDGED = 0x0350;
    private static final int TRIGGER_RUMBLE = 0x5500;
    private static final int MOTION_ENABLE = 0x5501;
    private static final int FEC_STATUS_OR_LED = 0x5502;
    private static final int ADAPTIVE_TRIGGERS = 0x5503;

    /** Unused word in front of a rumble message, as other hosts fill it. */
    private static final int RUMBLE_FILLER = 0x00C0FFEE;
    private static final int HDR_LENGTH = 27;
    private static final int PING_PAYLOAD = 4;

    private final EventCounters<ControlDrop> drops;
    private final EventCounters<InputDrop> inputDrops;

    /** @param inputDrops counts the reasons behind {@link ControlDrop#BAD_INPUT} */
    public ControlFormat(EventCounters<ControlDrop> drops, EventCounters<InputDrop> inputDrops) {
        this.drops = drops;
        this.inputDrops = inputDrops;
    }

    /** Reads what a client sent; empty if it can't be right or isn't known (counted). */
    public Optional<ControlMessage.FromClient> fromClient(byte[] message) {
        ByteBuffer p = payload(message);
        if (p == null) {
            return Optional.empty();
        }
        int type = type(message);
        int least = switch (type) {
            case REQUEST_IDR, START_A, START_B, PING -> 0;
            case INVALIDATE -> 12;
            case LTR_ACKNOWLEDGED -> 4;
            case FEC_STATUS_OR_LED -> FrameFecStatus.LENGTH;
            case LOSS_STATS -> 20;
            case INPUT -> 8;
            default -> -1;
        };
        if (!longEnough(type, p, least)) {
            return Optional.empty();
        }
        return switch (type) {
            case REQUEST_IDR -> Optional.of(new ControlMessage.RequestIdr());
            case START_A, START_B -> Optional.of(new ControlMessage.StartB());
            case PING -> Optional.of(new ControlMessage.PeriodicPing());
            case INVALIDATE -> {
                long first = p.getInt(0) & 0xFFFF_FFFFL;
                long last = p.getInt(8) & 0xFFFF_FFFFL;
                yield Optional.of(last < first ? new ControlMessage.RequestIdr() : new ControlMessage.InvalidateReferences(first, last));
            }
            case LTR_ACKNOWLEDGED -> Optional.of(new ControlMessage.LongTermReferenceAcknowledged(p.getInt(0) & 0xFFFF_FFFFL));
            case FEC_STATUS_OR_LED -> Optional.of(new ControlMessage.FecReport(FrameFecStatus.read(p.order(ByteOrder.BIG_ENDIAN))));
            case LOSS_STATS -> Optional.of(new ControlMessage.LossStats(p.getInt(0), p.getInt(4), p.getLong(12)));
            case INPUT -> {
                Optional<InputEvent> event = InputPackets.parse(message, HEADER_LENGTH, p.limit(), inputDrops);
                if (event.isEmpty()) {
                    drops.count(ControlDrop.BAD_INPUT);
                }
                yield event.map(ControlMessage.Input::new);
            }
            default -> throw new AssertionError("a length without a layout: " + type);
        };
    }

    /** Reads what a host sent; empty if it can't be right or isn't known (counted). */
    public Optional<ControlMessage.FromHost> fromHost(byte[] message) {
        ByteBuffer p = payload(message);
        if (p == null) {
            return Optional.empty();
        }
        int type = type(message);
        int least = switch (type) {
            case TERMINATION -> 4;
            case HDR_MODE -> HDR_LENGTH;
            case RUMBLE -> 10;
            case TRIGGER_RUMBLE -> 6;
            case MOTION_ENABLE, FEC_STATUS_OR_LED -> 5;
            case ADAPTIVE_TRIGGERS -> 25;
            default -> -1;
        };
        if (!longEnough(type, p, least)) {
            return Optional.empty();
        }
        return Optional.of(switch (type) {
            case TERMINATION -> new ControlMessage.Termination(Integer.reverseBytes(p.getInt(0)));
            case HDR_MODE -> new ControlMessage.HdrMode(p.get(0) != 0, new HdrMetadata(u16(p, 1), u16(p, 3), u16(p, 5), u16(p, 7), u16(p, 9),
                    u16(p, 11), u16(p, 13), u16(p, 15), u16(p, 17), u16(p, 19), u16(p, 21), u16(p, 23), u16(p, 25)));
            case RUMBLE -> new ControlMessage.Rumble(u16(p, 4), u16(p, 6), u16(p, 8));
            case TRIGGER_RUMBLE -> new ControlMessage.TriggerRumble(u16(p, 0), u16(p, 2), u16(p, 4));
            case MOTION_ENABLE -> new ControlMessage.MotionEnable(u16(p, 0), u16(p, 2), u8(p, 4));
            case FEC_STATUS_OR_LED -> new ControlMessage.RgbLed(u16(p, 0), u8(p, 2), u8(p, 3), u8(p, 4));
            case ADAPTIVE_TRIGGERS -> {
                byte[] left = new byte[ControlMessage.AdaptiveTriggers.EFFECT_LENGTH];
                byte[] right = new byte[ControlMessage.AdaptiveTriggers.EFFECT_LENGTH];
                p.get(5, left).get(15, right);
                yield new ControlMessage.AdaptiveTriggers(u16(p, 0), u8(p, 2), u8(p, 3), u8(p, 4), left, right);
            }
            default -> throw new AssertionError("a length without a layout: " + type);
        });
    }

    /** True if a genuine message claims to be an encrypted packet itself, which ends a session. */
    public static boolean nested(byte[] message) {
        return message.length >= HEADER_LENGTH && type(message) == ENCRYPTED;
    }

    private boolean longEnough(int type, ByteBuffer p, int least) {
        if (least >= 0 && p.limit() >= least) {
            return true;
        }
        drops.count(type == ENCRYPTED ? ControlDrop.NESTED : least < 0 ? ControlDrop.UNKNOWN_TYPE : ControlDrop.SHORT_PAYLOAD);
        return false;
    }

    /** The payload, little-endian, or {@code null} if the length field lies (counted). */
    private ByteBuffer payload(byte[] message) {
        if (message.length < HEADER_LENGTH) {
            drops.count(ControlDrop.RUNT);
            return null;
        }
        ByteBuffer m = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        if (u16(m, LENGTH) != message.length - HEADER_LENGTH) {
            drops.count(ControlDrop.PAYLOAD_MISMATCH);
            return null;
        }
        return m.slice(HEADER_LENGTH, message.length - HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int type(byte[] message) {
        return message[0] & 0xFF | (message[1] & 0xFF) << 8;
    }

    /** The bytes of a message, type and length in front. */
    public static byte[] format(ControlMessage message) {
        return switch (message) {
            case ControlMessage.RequestIdr r -> message(REQUEST_IDR, 2).array();
            case ControlMessage.StartB s -> message(START_B, 1).array();
            case ControlMessage.InvalidateReferences i -> body(message(INVALIDATE, 24)).putInt((int) i.first()).putInt(0).putInt((int) i.last()).array();
            case ControlMessage.LongTermReferenceAcknowledged l -> body(message(LTR_ACKNOWLEDGED, 8)).putInt((int) l.frame()).array();
            case ControlMessage.PeriodicPing p -> body(message(PING, 8)).putInt(PING_PAYLOAD).array();
            case ControlMessage.LossStats l -> body(message(LOSS_STATS, 32)).putInt(l.lostFrames()).putInt(l.intervalMillis()).putInt(1000)
                    .putLong(l.lastGoodFrame()).putInt(0).putInt(0).putInt(0x14).array();
            case ControlMessage.FecReport f -> {
                ByteBuffer m = message(FEC_STATUS_OR_LED, FrameFecStatus.LENGTH);
                f.status().write(m.slice(HEADER_LENGTH, FrameFecStatus.LENGTH));
                yield m.array();
            }
            case ControlMessage.Input i -> {
                byte[] packet = InputPackets.format(i.event());
                yield body(message(INPUT, packet.length)).put(packet).array();
            }
            case ControlMessage.Termination t -> body(message(TERMINATION, 4)).putInt(Integer.reverseBytes(t.code())).array();
            case ControlMessage.HdrMode h -> hdr(h);
            case ControlMessage.Rumble r -> shorts(body(message(RUMBLE, 10)).putInt(RUMBLE_FILLER), r.controller(), r.lowFrequency(), r.highFrequency()).array();
            case ControlMessage.TriggerRumble r -> shorts(body(message(TRIGGER_RUMBLE, 6)), r.controller(), r.left(), r.right()).array();
            case ControlMessage.MotionEnable m -> shorts(body(message(MOTION_ENABLE, 5)), m.controller(), m.rate()).put((byte) m.type()).array();
            case ControlMessage.RgbLed l -> shorts(body(message(FEC_STATUS_OR_LED, 5)), l.controller())
                    .put((byte) l.red()).put((byte) l.green()).put((byte) l.blue()).array();
            case ControlMessage.AdaptiveTriggers a -> shorts(body(message(ADAPTIVE_TRIGGERS, 25)), a.controller()).put((byte) a.flags())
                    .put((byte) a.typeLeft()).put((byte) a.typeRight()).put(a.left(), 0, ControlMessage.AdaptiveTriggers.EFFECT_LENGTH)
                    .put(a.right(), 0, ControlMessage.AdaptiveTriggers.EFFECT_LENGTH).array();
        };
    }

    private static byte[] hdr(ControlMessage.HdrMode h) {
        HdrMetadata d = h.metadata();
        return shorts(body(message(HDR_MODE, HDR_LENGTH)).put((byte) (h.enabled() ? 1 : 0)), d.redX(), d.redY(), d.greenX(), d.greenY(),
                d.blueX(), d.blueY(), d.whiteX(), d.whiteY(), d.maxDisplayLuminance(), d.minDisplayLuminance(),
                d.maxContentLightLevel(), d.maxFrameAverageLightLevel(), d.maxFullFrameLuminance()).array();
    }

    private static ByteBuffer message(int type, int payloadLength) {
        return ByteBuffer.allocate(HEADER_LENGTH + payloadLength).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) type).putShort(LENGTH, (short) payloadLength);
    }

    private static ByteBuffer body(ByteBuffer message) {
        return message.position(HEADER_LENGTH);
    }

    private static ByteBuffer shorts(ByteBuffer b, int... values) {
        for (int v : values) {
            b.putShort((short) v);
        }
        return b;
    }

    private static int u8(ByteBuffer b, int at) {
        return b.get(at) & 0xFF;
    }

    private static int u16(ByteBuffer b, int at) {
        return b.getShort(at) & 0xFFFF;
    }
}
