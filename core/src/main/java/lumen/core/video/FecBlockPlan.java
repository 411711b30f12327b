package lumen.core.video;

import lumen.core.fec.ErasureCode;

/**
 * How a frame's data shards are cut into FEC blocks and how much parity each gets (streams.md 1.5). The
 * client recomputes the parity count from the percentage on the wire, so both must agree exactly. Reused
 * for every frame; not thread-safe.
 */
public final class FecBlockPlan {
    /** Most data shards a frame can have. */
    public static final int MAX_FRAME_SHARDS = ShardHeader.MAX_BLOCKS * ShardHeader.MAX_BLOCK_SHARDS;
    /** A larger minimum can't be written in the 8-bit percentage of a one-shard block. */
    public static final int MAX_MINIMUM_PARITY = 2;

    private final int percentage;
    private final int minimumParity;
    private int dataShards;
    private int blocks;
    private boolean parity;

    /**
     * @param percentage     parity shards for each 100 data shards, 0 to 255; 0 sends no parity
     * @param minimumParity  least parity shards of a block as the client asked; clamped to 0..2
     */
    public FecBlockPlan(int percentage, int minimumParity) {
        if (percentage < 0 || percentage > 255) {
            throw new IllegalArgumentException("FEC percentage " + percentage + ", allowed: 0 to 255");
        }
        this.percentage = percentage;
        this.minimumParity = Math.clamp(minimumParity, 0, MAX_MINIMUM_PARITY);
    }

    /**
     * Plans a frame.
     *
     * @return false if a frame of that many shards can't be sent
     */
    public boolean plan(int dataShards) {
        if (dataShards < 1 || dataShards > MAX_FRAME_SHARDS) {
            return false;
        }
        this.dataShards = dataShards;
        int most = maxDataShards(percentage);
        blocks = (dataShards + most - 1) / most;
        parity = percentage != 0 && blocks <= ShardHeader.MAX_BLOCKS;
        if (blocks > ShardHeader.MAX_BLOCKS) {
            blocks = ShardHeader.MAX_BLOCKS;
        }
        return true;
    }

    /** Most data shards of a block that gets that much parity. */
    public static int maxDataShards(int percentage) {
        return ErasureCode.MAX_SHARDS * 100 / (100 + percentage);
    }

    /** The parity count a client computes from what it reads. */
    public static int parityShards(int dataShards, int percentageField) {
        return (dataShards * percentageField + 99) / 100;
    }

    /** Blocks of the frame, 1 to 4. */
    public int blocks() {
        return blocks;
    }

    /** Data shards of a block: the same for all but the last, which takes the rest. */
    public int dataShards(int block) {
        int each = (dataShards + blocks - 1) / blocks;
        return block < blocks - 1 ? each : dataShards - each * (blocks - 1);
    }

    /** Parity shards of a block. */
    public int parityShards(int block) {
        return parity ? Math.max(minimumParity, parityShards(dataShards(block), percentage)) : 0;
    }

    /** The percentage to write in every shard of a block. */
    public int percentage(int block) {
        if (!parity) {
            return 0;
        }
        int k = dataShards(block);
        return parityShards(k, percentage) < minimumParity ? 100 * minimumParity / k : percentage;
    }

    /** Data and parity shards of the whole frame. */
    public int totalShards() {
        int total = dataShards;
        for (int b = 0; b < blocks; b++) {
            total += parityShards(b);
        }
        return total;
    }
}
