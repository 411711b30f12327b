package lumen.core.video;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.core.fec.ErasureCode;

/**
 * Turns access units into datagrams: frame header, shards, FEC blocks, parity, encryption (streams.md 1.2
 * to 1.7). Counters run over the whole session, so there is one for each session. Not thread-safe;
 * allocates nothing but what the JDK's cipher does.
 */
public final class Packetizer {
    private static final MemorySegment ZEROS = Arena.global().allocate(VideoPacketSettings.MAX_PACKET_SIZE);

    private final VideoPacketSettings settings;
    private final int shardLength;
    private final int payloadLength;
    private final int prefix;
    private final FecBlockPlan plan;
    private final ErasureCode code;
    private final SealedShard seal;
    private final long[] offsets = new long[ErasureCode.MAX_SHARDS];

    /** Data and parity shards sent so far; RTP sequence and stream packet index both come from it. */
    private long shardCounter;
    private int frameIndex;

    public Packetizer(VideoPacketSettings settings) {
        this(settings, ErasureCode.video());
    }

    /** With a given code, for tests. */
    public Packetizer(VideoPacketSettings settings, ErasureCode code) {
        this.settings = settings;
        this.code = code;
        shardLength = settings.shardLength();
        payloadLength = settings.payloadLength();
        prefix = settings.prefixLength();
        plan = new FecBlockPlan(settings.fecPercentage(), settings.minimumParity());
        seal = settings.key() == null ? null : new SealedShard(settings.key(), shardLength);
    }

    /** True if an access unit of that length can be sent at all. */
    public boolean fits(long accessUnitLength) {
        return settings.dataShards(accessUnitLength) <= FecBlockPlan.MAX_FRAME_SHARDS;
    }

    /**
     * Writes one access unit into the ring. The caller fills in the frame's times and then calls
     * {@link #publish}. A refused access unit takes no frame number.
     *
     * @param accessUnit          off-heap memory
     * @param frameType           one of {@link FrameHeader}'s {@code FRAME_} constants
     * @param latencyTenthMillis  host processing latency in 0.1 ms; 0: unknown, or a repeat
     * @param rtpTimestamp        90 kHz
     * @return the frame, or {@code null} if it is too large ({@link #fits}) or the ring has no room
     */
    public QueuedFrame packetize(MemorySegment accessUnit, int frameType, int latencyTenthMillis, int rtpTimestamp,
                                 DatagramRing ring) {
        long length = accessUnit.byteSize();
        if (length < 1 || !plan.plan(settings.dataShards(length))) {
            return null;
        }
        QueuedFrame frame = ring.claim(plan.totalShards());
        if (frame == null) {
            return null;
        }
        MemorySegment memory = ring.memory();
        frameIndex++;
        frame.frameIndex = frameIndex;
        frame.idr = frameType == FrameHeader.FRAME_IDR;
        long at = frame.offset;
        // Bytes of the access unit already in shards; -1: the frame header comes first.
        long taken = -1;
        for (int b = 0; b < plan.blocks(); b++) {
            int k = plan.dataShards(b);
            int m = plan.parityShards(b);
            int blocks = ShardHeader.blocks(b, plan.blocks() - 1);
            long blockAt = at;
            for (int i = 0; i < k; i++, at += ring.datagramLength()) {
                long shard = at + prefix;
                int flags = ShardHeader.FLAG_PICTURE | (i == 0 ? ShardHeader.FLAG_START : 0)
                        | (i == k - 1 ? ShardHeader.FLAG_END : 0);
                ShardHeader.writeData(memory, shard, shardCounter++, rtpTimestamp, frameIndex, flags, blocks,
                        ShardHeader.fecInfo(k, i, plan.percentage(b)));
                long payload = shard + ShardHeader.LENGTH;
                if (taken < 0) {
                    FrameHeader.write(memory, payload, latencyTenthMillis, frameType, lastPayloadLength(length));
                    taken = writePayload(memory, payload + FrameHeader.LENGTH, payloadLength - FrameHeader.LENGTH,
                            accessUnit, 0);
                } else {
                    taken = writePayload(memory, payload, payloadLength, accessUnit, taken);
                }
            }
            if (m > 0) {
                for (int i = 0; i < k + m; i++) {
                    offsets[i] = blockAt + (long) i * ring.datagramLength() + prefix;
                }
                code.encode(k, m, shardLength, memory, offsets);
            }
            for (int j = 0; j < m; j++, at += ring.datagramLength()) {
                ShardHeader.writeParity(memory, at + prefix, shardCounter++, rtpTimestamp, frameIndex, blocks,
                        ShardHeader.fecInfo(k, k + j, plan.percentage(b)));
            }
        }
        if (seal != null) {
            for (int i = 0; i < frame.datagrams; i++) {
                seal.seal(memory, frame.offset + (long) i * ring.datagramLength(), frameIndex);
            }
        }
        return frame;
    }

    /** Meaningful bytes in the frame's last shard, its frame header included. */
    private int lastPayloadLength(long accessUnitLength) {
        int rest = (int) ((FrameHeader.LENGTH + accessUnitLength) % payloadLength);
        return rest == 0 ? payloadLength : rest;
    }

    /** Fills one shard's payload, zero-padded; returns how much of the access unit has been taken. */
    private static long writePayload(MemorySegment memory, long at, int room, MemorySegment accessUnit, long taken) {
        int length = (int) Math.min(room, accessUnit.byteSize() - taken);
        MemorySegment.copy(accessUnit, taken, memory, at, length);
        if (length < room) {
            // Copied, not filled: a slice is an object, wherever the compiler doesn't see through it.
            MemorySegment.copy(ZEROS, 0, memory, at + length, room - length);
        }
        return taken + length;
    }

    /** The frame belongs to the consumer of the ring from now on. */
    public void publish(QueuedFrame frame, DatagramRing ring) {
        ring.publish(frame);
    }
}
