package lumen.core.video;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.core.fec.ErasureCode;
import lumen.core.metrics.EventCounters;

/**
 * The client's side of the video stream: collects shards, recovers lost ones, and hands on access units
 * that a decoder can use. Blocks come one after the other, so one block and one frame are kept; memory is
 * bounded by the largest frame whatever arrives. Not thread-safe; bytes of any kind are counted, not thrown.
 */
public final class Depacketizer implements AutoCloseable {
    /**
     * How far ahead a frame number may jump: 34 s at 120 frames a second, three times what the control
     * stream survives. Without a limit one forged datagram would end an unencrypted stream.
     */
    static final int MAX_FRAME_JUMP = 4096;
    /** So many undecodable frames in a row, and the IDR is asked for again. */
    static final int MAX_WAIT_FRAMES = 120;

    private final VideoSink sink;
    private final boolean invalidation;
    private final int shardLength;
    private final int payloadLength;
    private final SealedShard seal;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment opened;
    private final VideoBlock block;
    private final MemorySegment frame;
    private final EventCounters<VideoDrop> counters = new EventCounters<>(VideoDrop.class);

    private int frameIndex = 1;
    private int blockIndex;
    private int lastBlock;
    private int shards;
    private int rtpTimestamp;

    private boolean started;
    private boolean waiting;
    private boolean asked;
    private int firstLost;
    private int waited;

    /**
     * @param settings     as the host has them; FEC settings are not used
     * @param invalidation true if host and decoder can avoid lost references; else every loss needs an IDR
     */
    public Depacketizer(VideoPacketSettings settings, boolean invalidation, VideoSink sink) {
        this.sink = sink;
        this.invalidation = invalidation;
        shardLength = settings.shardLength();
        payloadLength = settings.payloadLength();
        seal = settings.key() == null ? null : new SealedShard(settings.key(), shardLength);
        opened = arena.allocate(shardLength);
        block = new VideoBlock(arena, shardLength, counters);
        frame = arena.allocate((long) FecBlockPlan.MAX_FRAME_SHARDS * payloadLength);
    }

    public EventCounters<VideoDrop> counters() {
        return counters;
    }

    /** Takes one datagram, {@code length} bytes from {@code at}. */
    public void accept(MemorySegment datagram, long at, int length) {
        if (seal != null) {
            if (length != shardLength + SealedShard.PREFIX) {
                counters.count(VideoDrop.BAD_LENGTH);
            } else if (SealedShard.frameIndex(datagram, at) - frameIndex < 0) {
                counters.count(VideoDrop.OLD_FRAME);
            } else if (!seal.open(datagram, at, opened, 0)) {
                counters.count(VideoDrop.FORGED);
            } else {
                shard(opened, 0, shardLength);
            }
        } else if (length <= ShardHeader.LENGTH || length > shardLength) {
            counters.count(VideoDrop.BAD_LENGTH);
        } else {
            shard(datagram, at, length);
        }
    }

    private void shard(MemorySegment from, long at, int length) {
        int k = ShardHeader.dataShards(from, at);
        int index = ShardHeader.shardIndex(from, at);
        int m = FecBlockPlan.parityShards(k, ShardHeader.percentage(from, at));
        int number = ShardHeader.block(from, at);
        int last = ShardHeader.lastBlock(from, at);
        if (ShardHeader.rtpFlags(from, at) != ShardHeader.RTP_FLAGS || k == 0 || index >= k + m || number > last
                || m > 0 && k + m > ErasureCode.MAX_SHARDS) {
            counters.count(VideoDrop.BAD_HEADER);
            return;
        }
        int ahead = ShardHeader.frameIndex(from, at) - frameIndex;
        if (ahead < 0) {
            counters.count(VideoDrop.OLD_FRAME);
            return;
        }
        if (ahead > MAX_FRAME_JUMP) {
            counters.count(VideoDrop.IMPLAUSIBLE_FRAME);
            return;
        }
        if (ahead > 0) {
            abandonBlock();
            lose(frameIndex, frameIndex + ahead - 1);
            begin(frameIndex + ahead);
        }
        if (number < blockIndex) {
            counters.count(VideoDrop.OLD_BLOCK);
            return;
        }
        if (number > blockIndex) {
            // The block before can't be completed any more, and with it the frame.
            abandonBlock();
            lose(frameIndex, frameIndex);
            begin(frameIndex + 1);
            return;
        }
        if (block.isEmpty()) {
            if (number > 0 && last != lastBlock) {
                counters.count(VideoDrop.INCONSISTENT);
                return;
            }
            lastBlock = last;
            rtpTimestamp = ShardHeader.timestamp(from, at);
            block.begin(k, m, ShardHeader.percentage(from, at), last);
        }
        if (block.add(from, at, length, index, last)) {
            completeBlock();
        }
    }

    private void abandonBlock() {
        if (!block.isEmpty()) {
            sink.block(block.report(frameIndex, blockIndex));
        }
    }

    private void completeBlock() {
        if (block.lacksData()) {
            sink.block(block.report(frameIndex, blockIndex));
        }
        if (!block.recover()) {
            lose(frameIndex, frameIndex);
            begin(frameIndex + 1);
            return;
        }
        for (int i = 0; i < block.dataShards() && shards < FecBlockPlan.MAX_FRAME_SHARDS; i++, shards++) {
            MemorySegment.copy(block.memory(), block.offset(i) + ShardHeader.LENGTH, frame,
                    (long) shards * payloadLength, payloadLength);
        }
        if (blockIndex < lastBlock) {
            blockIndex++;
            block.clear();
        } else {
            completeFrame();
        }
    }

    private void completeFrame() {
        int number = frameIndex;
        int last = FrameHeader.lastPayloadLength(frame, 0);
        int type = FrameHeader.frameType(frame, 0);
        long length = (long) (shards - 1) * payloadLength + last - FrameHeader.LENGTH;
        boolean sound = FrameHeader.type(frame, 0) == FrameHeader.TYPE && last >= 1 && last <= payloadLength && length > 0;
        int latency = FrameHeader.latencyTenthMillis(frame, 0);
        begin(number + 1);
        if (!sound) {
            counters.count(VideoDrop.BAD_FRAME_HEADER);
            lose(number, number);
            return;
        }
        if (type == FrameHeader.FRAME_IDR || started && waiting && (type == FrameHeader.FRAME_AFTER_INVALIDATION
                || type == FrameHeader.FRAME_INTRA_REFRESH)) {
            started = true;
            waiting = false;
        }
        if (!started || waiting) {
            drop(number);
            return;
        }
        waited = 0;
        sink.frame(frame.asSlice(FrameHeader.LENGTH, length), number, type, latency, rtpTimestamp);
    }

    /** A frame that arrived but can't be decoded. */
    private void drop(int number) {
        counters.count(VideoDrop.WAITING_FOR_IDR);
        waited++;
        if (waited >= MAX_WAIT_FRAMES) {
            waited = 0;
            sink.requestIdr();
        } else if (started && invalidation) {
            sink.invalidate(firstLost, number);
        } else if (started && !asked) {
            // Asked after the first complete frame behind the loss: the network is through again.
            asked = true;
            sink.requestIdr();
        }
    }

    private void lose(int first, int last) {
        counters.add(VideoDrop.FRAME_LOST, last - first + 1L);
        if (!started) {
            return;
        }
        if (!waiting) {
            waiting = true;
            asked = false;
            waited = 0;
            firstLost = first;
        }
        if (invalidation) {
            sink.invalidate(firstLost, last);
        }
    }

    private void begin(int number) {
        frameIndex = number;
        blockIndex = 0;
        shards = 0;
        block.clear();
    }

    /** Frees the memory; the thread that feeds it has ended. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
