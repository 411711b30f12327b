package lumen.core.control;

import java.nio.ByteBuffer;

/**
 * A client's report on one FEC block that needed recovery or was given up (streams reference, 6.2). The
 * only control message in big-endian.
 */
public record FrameFecStatus(long frame, int highestReceivedSequence, int nextContiguousSequence, int missingBeforeHighest,
                             int dataPackets, int parityPackets, int receivedData, int receivedParity,
                             int fecPercentage, int blockIndex, int blockCount) {
    /** Bytes on the wire. */
    public static final int LENGTH = 21;

    /** True if enough arrived to recover the block. */
    public boolean recovered() {
        return receivedData + receivedParity >= dataPackets;
    }

    /** Reads {@link #LENGTH} bytes. */
    static FrameFecStatus read(ByteBuffer b) {
        return new FrameFecStatus(b.getInt(0) & 0xFFFF_FFFFL, u16(b, 4), u16(b, 6), u16(b, 8), u16(b, 10), u16(b, 12),
                u16(b, 14), u16(b, 16), b.get(18) & 0xFF, b.get(19) & 0xFF, b.get(20) & 0xFF);
    }

    void write(ByteBuffer b) {
        b.putInt(0, (int) frame).putShort(4, (short) highestReceivedSequence).putShort(6, (short) nextContiguousSequence)
                .putShort(8, (short) missingBeforeHighest).putShort(10, (short) dataPackets).putShort(12, (short) parityPackets)
                .putShort(14, (short) receivedData).putShort(16, (short) receivedParity).put(18, (byte) fecPercentage)
                .put(19, (byte) blockIndex).put(20, (byte) blockCount);
    }

    private static int u16(ByteBuffer b, int at) {
        return b.getShort(at) & 0xFFFF;
    }
}
