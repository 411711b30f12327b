package lumen.core.audio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Layout of audio datagrams: a 12-byte RTP header, on parity packets a 12-byte FEC header behind it. */
public final class AudioPacketLayout {
    public static final int RTP_LENGTH = 12;
    public static final int FEC_LENGTH = 12;

    public static final int RTP_FLAGS_OFFSET = 0;
    public static final int PACKET_TYPE_OFFSET = 1;
    public static final int SEQUENCE_OFFSET = 2;
    public static final int TIMESTAMP_OFFSET = 4;
    public static final int SSRC_OFFSET = 8;
    public static final int FEC_INDEX_OFFSET = 12;
    public static final int FEC_PAYLOAD_TYPE_OFFSET = 13;
    public static final int FEC_BASE_SEQUENCE_OFFSET = 14;
    public static final int FEC_BASE_TIMESTAMP_OFFSET = 16;
    public static final int FEC_SSRC_OFFSET = 20;

    public static final int RTP_FLAGS = 0x80;
    public static final int TYPE_DATA = 97;
    public static final int TYPE_FEC = 127;

    /** Data packets of a block; a block begins at a multiple of this. */
    public static final int BLOCK_DATA = 4;
    /** Parity packets of a block. */
    public static final int BLOCK_PARITY = 2;
    /** The client's receive buffer. */
    public static final int MAX_DATAGRAM = 1400;
    /** Largest payload whose parity packet still fits. */
    public static final int MAX_PAYLOAD = MAX_DATAGRAM - RTP_LENGTH - FEC_LENGTH;

    private static final ValueLayout.OfShort SHORT_BE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_BE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private AudioPacketLayout() {
    }

    static void writeRtp(MemorySegment to, long at, int type, int sequence, int timestamp) {
        to.set(ValueLayout.JAVA_BYTE, at + RTP_FLAGS_OFFSET, (byte) RTP_FLAGS);
        to.set(ValueLayout.JAVA_BYTE, at + PACKET_TYPE_OFFSET, (byte) type);
        to.set(SHORT_BE, at + SEQUENCE_OFFSET, (short) sequence);
        to.set(INT_BE, at + TIMESTAMP_OFFSET, timestamp);
        to.set(INT_BE, at + SSRC_OFFSET, 0);
    }

    static void writeFec(MemorySegment to, long at, int index, int baseSequence, int baseTimestamp) {
        to.set(ValueLayout.JAVA_BYTE, at + FEC_INDEX_OFFSET, (byte) index);
        to.set(ValueLayout.JAVA_BYTE, at + FEC_PAYLOAD_TYPE_OFFSET, (byte) TYPE_DATA);
        to.set(SHORT_BE, at + FEC_BASE_SEQUENCE_OFFSET, (short) baseSequence);
        to.set(INT_BE, at + FEC_BASE_TIMESTAMP_OFFSET, baseTimestamp);
        to.set(INT_BE, at + FEC_SSRC_OFFSET, 0);
    }

    public static int rtpFlags(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at + RTP_FLAGS_OFFSET) & 0xFF;
    }

    public static int packetType(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at + PACKET_TYPE_OFFSET) & 0xFF;
    }

    public static int sequence(MemorySegment from, long at) {
        return from.get(SHORT_BE, at + SEQUENCE_OFFSET) & 0xFFFF;
    }

    /** Milliseconds. */
    public static int timestamp(MemorySegment from, long at) {
        return from.get(INT_BE, at + TIMESTAMP_OFFSET);
    }

    public static int fecIndex(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at + FEC_INDEX_OFFSET) & 0xFF;
    }

    public static int fecPayloadType(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at + FEC_PAYLOAD_TYPE_OFFSET) & 0xFF;
    }

    public static int fecBaseSequence(MemorySegment from, long at) {
        return from.get(SHORT_BE, at + FEC_BASE_SEQUENCE_OFFSET) & 0xFFFF;
    }

    public static int fecBaseTimestamp(MemorySegment from, long at) {
        return from.get(INT_BE, at + FEC_BASE_TIMESTAMP_OFFSET);
    }
}
