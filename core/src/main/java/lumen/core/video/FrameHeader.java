package lumen.core.video;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Layout of the 8 bytes in front of every access unit, in the frame's first shard (streams.md 1.4). */
public final class FrameHeader {
    public static final int LENGTH = 8;

    public static final int TYPE_OFFSET = 0;
    public static final int LATENCY_OFFSET = 1;
    public static final int FRAME_TYPE_OFFSET = 3;
    public static final int LAST_PAYLOAD_LENGTH_OFFSET = 4;
    public static final int RESERVED_OFFSET = 6;

    /** The only header type this product sends or takes. */
    public static final int TYPE = 0x01;

    /** Refers to earlier frames. */
    public static final int FRAME_P = 1;
    /** A decoder can start here. */
    public static final int FRAME_IDR = 2;
    /** P frame of an intra refresh. */
    public static final int FRAME_INTRA_REFRESH = 4;
    /** The first P frame that avoids invalidated references. */
    public static final int FRAME_AFTER_INVALIDATION = 5;

    private static final ValueLayout.OfShort SHORT_LE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FrameHeader() {
    }

    /**
     * @param latencyTenthMillis host processing latency, clamped to 16 bits; 0: unknown or a repeat
     */
    static void write(MemorySegment to, long at, int latencyTenthMillis, int frameType, int lastPayloadLength) {
        to.set(ValueLayout.JAVA_BYTE, at + TYPE_OFFSET, (byte) TYPE);
        to.set(SHORT_LE, at + LATENCY_OFFSET, (short) Math.clamp(latencyTenthMillis, 0, 0xFFFF));
        to.set(ValueLayout.JAVA_BYTE, at + FRAME_TYPE_OFFSET, (byte) frameType);
        to.set(SHORT_LE, at + LAST_PAYLOAD_LENGTH_OFFSET, (short) lastPayloadLength);
        to.set(SHORT_LE, at + RESERVED_OFFSET, (short) 0);
    }

    public static int type(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at + TYPE_OFFSET) & 0xFF;
    }

    public static int latencyTenthMillis(MemorySegment from, long at) {
        return from.get(SHORT_LE, at + LATENCY_OFFSET) & 0xFFFF;
    }

    public static int frameType(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at + FRAME_TYPE_OFFSET) & 0xFF;
    }

    public static int lastPayloadLength(MemorySegment from, long at) {
        return from.get(SHORT_LE, at + LAST_PAYLOAD_LENGTH_OFFSET) & 0xFFFF;
    }
}
