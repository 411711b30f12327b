package lumen.core.video;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import lumen.core.fec.ErasureCode;
import lumen.core.metrics.EventCounters;

/** The shards of one FEC block on the receiving side, each at its place, and what is still missing. */
final class VideoBlock {
    private final MemorySegment memory;
    private final int shardLength;
    private final EventCounters<VideoDrop> counters;
    private final ErasureCode code = ErasureCode.video();
    private final boolean[] present = new boolean[ShardHeader.MAX_BLOCK_SHARDS];
    private final long[] offsets = new long[ShardHeader.MAX_BLOCK_SHARDS];
    private int dataShards;
    private int parityShards;
    private int percentage;
    private int lastBlock;
    private int count;
    /** RTP sequence of the block's first shard, and the highest index that has arrived. */
    private int baseSequence;
    private int highest;

    VideoBlock(Arena arena, int shardLength, EventCounters<VideoDrop> counters) {
        this.shardLength = shardLength;
        this.counters = counters;
        memory = arena.allocate((long) ShardHeader.MAX_BLOCK_SHARDS * shardLength, 64);
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = (long) i * shardLength;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    void clear() {
        count = 0;
    }

    void begin(int k, int m, int percentage, int lastBlock) {
        dataShards = k;
        parityShards = m;
        this.percentage = percentage;
        this.lastBlock = lastBlock;
        highest = -1;
        Arrays.fill(present, 0, k + m, false);
    }

    /** Adds a shard, zero-filled to full length; true once there are enough. */
    boolean add(MemorySegment from, long at, int length, int index, int last) {
        if (ShardHeader.dataShards(from, at) != dataShards || ShardHeader.percentage(from, at) != percentage
                || last != lastBlock || index >= dataShards + parityShards) {
            counters.count(VideoDrop.INCONSISTENT);
            return false;
        }
        if (index < dataShards && !flagsFit(ShardHeader.flags(from, at), index)) {
            counters.count(VideoDrop.BAD_HEADER);
            return false;
        }
        if (present[index]) {
            counters.count(VideoDrop.DUPLICATE);
            return false;
        }
        MemorySegment.copy(from, at, memory, offsets[index], length);
        if (length < shardLength) {
            memory.asSlice(offsets[index] + length, shardLength - length).fill((byte) 0);
        }
        present[index] = true;
        baseSequence = ShardHeader.sequence(from, at) - index;
        highest = Math.max(highest, index);
        return ++count == dataShards;
    }

    /** True if a data shard is missing. */
    boolean lacksData() {
        for (int i = 0; i < dataShards; i++) {
            if (!present[i]) {
                return true;
            }
        }
        return false;
    }

    /** What has arrived so far. Allocates: for blocks that lack something. */
    BlockReport report(int frameIndex, int number) {
        int contiguous = 0;
        while (contiguous <= highest && present[contiguous]) {
            contiguous++;
        }
        int data = 0;
        for (int i = 0; i < dataShards; i++) {
            data += present[i] ? 1 : 0;
        }
        return new BlockReport(frameIndex, baseSequence + highest & 0xFFFF, baseSequence + contiguous & 0xFFFF,
                highest + 1 - count, dataShards, parityShards, data, count - data, percentage, number, lastBlock + 1);
    }

    /** Computes the missing data shards; false if what came out can't be right. */
    boolean recover() {
        int recovered = parityShards == 0 ? 0 : code.decode(dataShards, parityShards, shardLength, memory, offsets, present);
        for (int i = 0; i < dataShards && recovered > 0; i++) {
            if (!present[i] && !flagsFit(ShardHeader.flags(memory, offsets[i]), i)) {
                counters.count(VideoDrop.BAD_RECOVERY);
                return false;
            }
        }
        counters.add(VideoDrop.RECOVERED, recovered);
        return true;
    }

    /** Start and end of a block are where they belong, and nothing else is set. */
    private boolean flagsFit(int flags, int index) {
        int expected = ShardHeader.FLAG_PICTURE | (index == 0 ? ShardHeader.FLAG_START : 0)
                | (index == dataShards - 1 ? ShardHeader.FLAG_END : 0);
        return flags == expected;
    }

    int dataShards() {
        return dataShards;
    }

    MemorySegment memory() {
        return memory;
    }

    long offset(int shard) {
        return offsets[shard];
    }
}
