package lumen.core.video;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Layout of the 32 bytes in front of every video shard: RTP header, 4 reserved bytes and NVIDIA's video
 * header (streams.md 1.2). RTP's numbers are big-endian, the rest little-endian.
 */
public final class ShardHeader {
    public static final int LENGTH = 32;

    public static final int RTP_FLAGS_OFFSET = 0;
    public static final int PACKET_TYPE_OFFSET = 1;
    public static final int SEQUENCE_OFFSET = 2;
    public static final int TIMESTAMP_OFFSET = 4;
    public static final int SSRC_OFFSET = 8;
    public static final int RESERVED_OFFSET = 12;
    public static final int STREAM_PACKET_INDEX_OFFSET = 16;
    public static final int FRAME_INDEX_OFFSET = 20;
    public static final int FLAGS_OFFSET = 24;
    public static final int EXTRA_FLAGS_OFFSET = 25;
    public static final int MULTI_FEC_FLAGS_OFFSET = 26;
    public static final int MULTI_FEC_BLOCKS_OFFSET = 27;
    public static final int FEC_INFO_OFFSET = 28;

    /** RTP version 2 with the extension bit. */
    public static final int RTP_FLAGS = 0x90;
    public static final int FLAG_PICTURE = 0x01;
    public static final int FLAG_END = 0x02;
    public static final int FLAG_START = 0x04;
    /** What hosts write; clients don't read it. */
    public static final int MULTI_FEC_FLAGS = 0x10;

    /** Most data shards of a block: a 10-bit field. */
    public static final int MAX_BLOCK_SHARDS = 1023;
    /** Most blocks of a frame: a 2-bit field. */
    public static final int MAX_BLOCKS = 4;

    private static final ValueLayout.OfShort SHORT_BE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_BE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_LE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private ShardHeader() {
    }

    /** Writes all 32 bytes of a data shard. */
    static void writeData(MemorySegment to, long at, long shardCounter, int rtpTimestamp, int frameIndex, int flags,
                          int blocks, int fecInfo) {
        writeRtp(to, at, shardCounter, rtpTimestamp);
        to.set(ValueLayout.JAVA_BYTE, at + PACKET_TYPE_OFFSET, (byte) 0);
        to.set(INT_BE, at + SSRC_OFFSET, 0);
        to.set(INT_BE, at + RESERVED_OFFSET, 0);
        to.set(INT_LE, at + STREAM_PACKET_INDEX_OFFSET, (int) shardCounter << 8);
        to.set(INT_LE, at + FRAME_INDEX_OFFSET, frameIndex);
        to.set(ValueLayout.JAVA_BYTE, at + FLAGS_OFFSET, (byte) flags);
        to.set(ValueLayout.JAVA_BYTE, at + EXTRA_FLAGS_OFFSET, (byte) 0);
        to.set(ValueLayout.JAVA_BYTE, at + MULTI_FEC_FLAGS_OFFSET, (byte) MULTI_FEC_FLAGS);
        to.set(ValueLayout.JAVA_BYTE, at + MULTI_FEC_BLOCKS_OFFSET, (byte) blocks);
        to.set(INT_LE, at + FEC_INFO_OFFSET, fecInfo);
    }

    /**
     * Writes what a parity shard carries in clear. Stream packet index, flags, extra flags and FEC flags
     * stay as the code computed them: overwriting those corrupts recovery (streams.md 1.6).
     */
    static void writeParity(MemorySegment to, long at, long shardCounter, int rtpTimestamp, int frameIndex,
                            int blocks, int fecInfo) {
        writeRtp(to, at, shardCounter, rtpTimestamp);
        to.set(INT_LE, at + FRAME_INDEX_OFFSET, frameIndex);
        to.set(ValueLayout.JAVA_BYTE, at + MULTI_FEC_BLOCKS_OFFSET, (byte) blocks);
        to.set(INT_LE, at + FEC_INFO_OFFSET, fecInfo);
    }

    private static void writeRtp(MemorySegment to, long at, long shardCounter, int rtpTimestamp) {
        to.set(ValueLayout.JAVA_BYTE, at + RTP_FLAGS_OFFSET, (byte) RTP_FLAGS);
        to.set(SHORT_BE, at + SEQUENCE_OFFSET, (short) shardCounter);
        to.set(INT_BE, at + TIMESTAMP_OFFSET, rtpTimestamp);
    }

    /** {@code multiFecBlocks}: block index and index of the frame's last block, each 0 to 3. */
    static int blocks(int block, int lastBlock) {
        return block << 4 | lastBlock << 6;
    }

    /** {@code fecInfo}: data shards in the block, index of the shard, FEC percentage. */
    static int fecInfo(int dataShards, int index, int percentage) {
        return dataShards << 22 | index << 12 | percentage << 4;
    }

    public static int rtpFlags(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at + RTP_FLAGS_OFFSET) & 0xFF;
    }

    public static int sequence(MemorySegment from, long at) {
        return from.get(SHORT_BE, at + SEQUENCE_OFFSET) & 0xFFFF;
    }

    /** 90 kHz, unsigned. */
    public static int timestamp(MemorySegment from, long at) {
        return from.get(INT_BE, at + TIMESTAMP_OFFSET);
    }

    public static int streamPacketIndex(MemorySegment from, long at) {
        return from.get(INT_LE, at + STREAM_PACKET_INDEX_OFFSET);
    }

    public static int frameIndex(MemorySegment from, long at) {
        return from.get(INT_LE, at + FRAME_INDEX_OFFSET);
    }

    public static int flags(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at + FLAGS_OFFSET) & 0xFF;
    }

    public static int block(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at + MULTI_FEC_BLOCKS_OFFSET) >> 4 & 3;
    }

    public static int lastBlock(MemorySegment from, long at) {
        return from.get(ValueLayout.JAVA_BYTE, at + MULTI_FEC_BLOCKS_OFFSET) >> 6 & 3;
    }

    public static int dataShards(MemorySegment from, long at) {
        return from.get(INT_LE, at + FEC_INFO_OFFSET) >>> 22;
    }

    public static int shardIndex(MemorySegment from, long at) {
        return from.get(INT_LE, at + FEC_INFO_OFFSET) >>> 12 & 0x3FF;
    }

    public static int percentage(MemorySegment from, long at) {
        return from.get(INT_LE, at + FEC_INFO_OFFSET) >>> 4 & 0xFF;
    }
}
