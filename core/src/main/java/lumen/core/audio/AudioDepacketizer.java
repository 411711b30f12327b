package lumen.core.audio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.core.fec.ErasureCode;
import lumen.core.metrics.EventCounters;

/**
 * The client's side of the audio stream: puts packets in order, recovers up to two of a block, and says
 * which are lost. Keeps four blocks, whatever arrives. Not thread-safe; bytes of any kind are counted, not
 * thrown.
 */
public final class AudioDepacketizer implements AutoCloseable {
    private static final int WINDOW = 4;
    /** A jump of more than 10 s (5 ms packets) is no live stream: the control stream would have ended. */
    private static final int MAX_JUMP = 2000;
    /** How long to wait for the rest of a block, on top of the time it covers. */
    private static final long PATIENCE_NANOS = 10_000_000;

    private final AudioPacketSettings settings;
    private final AudioSink sink;
    private final AudioCipher cipher;
    private final ErasureCode code = ErasureCode.audio();
    private final Arena arena = Arena.ofShared();
    private final AudioBlock[] blocks = new AudioBlock[WINDOW];
    private final MemorySegment opened = arena.allocate(AudioPacketLayout.MAX_DATAGRAM);
    private final byte[] sealed = new byte[AudioPacketLayout.MAX_DATAGRAM];
    private final byte[] plain = new byte[AudioPacketLayout.MAX_DATAGRAM];
    private final EventCounters<AudioDrop> counters = new EventCounters<>(AudioDrop.class);
    private boolean started;
    private boolean waiting;
    private long waitingSinceNanos;
    /** The next sequence number to hand on. */
    private int next;

    public AudioDepacketizer(AudioPacketSettings settings, AudioSink sink) {
        this.settings = settings;
        this.sink = sink;
        cipher = settings.key() == null ? null : new AudioCipher(settings);
        for (int i = 0; i < WINDOW; i++) {
            blocks[i] = new AudioBlock(arena);
        }
    }

    public EventCounters<AudioDrop> counters() {
        return counters;
    }

    /** Takes one datagram, {@code length} bytes from {@code at}. */
    public void accept(MemorySegment datagram, long at, int length, long nowNanos) {
        if (length <= AudioPacketLayout.RTP_LENGTH || length > AudioPacketLayout.MAX_DATAGRAM) {
            counters.count(AudioDrop.BAD_LENGTH);
            return;
        }
        int type = AudioPacketLayout.packetType(datagram, at);
        if (AudioPacketLayout.rtpFlags(datagram, at) != AudioPacketLayout.RTP_FLAGS) {
            counters.count(AudioDrop.BAD_HEADER);
        } else if (type == AudioPacketLayout.TYPE_DATA) {
            int sequence = AudioPacketLayout.sequence(datagram, at);
            int shard = sequence % AudioPacketLayout.BLOCK_DATA;
            add(datagram, at + AudioPacketLayout.RTP_LENGTH, length - AudioPacketLayout.RTP_LENGTH, sequence - shard,
                    shard, AudioPacketLayout.timestamp(datagram, at) - shard * settings.packetMillis(), nowNanos);
        } else if (type == AudioPacketLayout.TYPE_FEC) {
            fec(datagram, at, length, nowNanos);
        } else {
            counters.count(AudioDrop.BAD_HEADER);
        }
    }

    private void fec(MemorySegment datagram, long at, int length, long nowNanos) {
        int headers = AudioPacketLayout.RTP_LENGTH + AudioPacketLayout.FEC_LENGTH;
        if (length <= headers) {
            counters.count(AudioDrop.BAD_LENGTH);
            return;
        }
        int index = AudioPacketLayout.fecIndex(datagram, at);
        int base = AudioPacketLayout.fecBaseSequence(datagram, at);
        if (index >= AudioPacketLayout.BLOCK_PARITY || base % AudioPacketLayout.BLOCK_DATA != 0
                || AudioPacketLayout.fecPayloadType(datagram, at) != AudioPacketLayout.TYPE_DATA) {
            counters.count(AudioDrop.BAD_HEADER);
            return;
        }
        add(datagram, at + headers, length - headers, base, AudioPacketLayout.BLOCK_DATA + index,
                AudioPacketLayout.fecBaseTimestamp(datagram, at), nowNanos);
    }

    private void add(MemorySegment from, long at, int length, int base, int shard, int baseTimestamp, long nowNanos) {
        if (!started) {
            started = true;
            // What came before the first packet isn't missing.
            next = base + Math.min(shard, AudioPacketLayout.BLOCK_DATA - 1) & 0xFFFF;
        }
        int nextBase = next - next % AudioPacketLayout.BLOCK_DATA;
        int ahead = (short) (base - nextBase);
        if (ahead < 0) {
            counters.count(AudioDrop.OLD);
            return;
        }
        if (ahead > MAX_JUMP) {
            counters.count(AudioDrop.IMPLAUSIBLE_SEQUENCE);
            return;
        }
        while (ahead >= WINDOW * AudioPacketLayout.BLOCK_DATA) {
            giveUp();
            ahead = (short) (base - next + next % AudioPacketLayout.BLOCK_DATA);
        }
        AudioBlock block = block(base);
        if (block.present[shard]) {
            counters.count(AudioDrop.DUPLICATE);
            return;
        }
        if (block.count > 0 && block.length != length) {
            counters.count(AudioDrop.INCONSISTENT);
            return;
        }
        if (block.count++ == 0) {
            block.length = length;
            block.baseTimestamp = baseTimestamp;
        }
        MemorySegment.copy(from, at, block.memory, block.offsets[shard], length);
        block.present[shard] = true;
        if (block.count == AudioPacketLayout.BLOCK_DATA) {
            counters.add(AudioDrop.RECOVERED, block.recover(code));
        }
        deliver();
        poll(nowNanos);
    }

    /**
     * Gives up what has waited too long. To be called now and then while nothing arrives. A packet is missed
     * only once a later one is there: a sender that pauses loses nothing.
     */
    public void poll(long nowNanos) {
        long patience = AudioPacketLayout.BLOCK_DATA * settings.packetMillis() * 1_000_000L + PATIENCE_NANOS;
        while (started && somethingMissing()) {
            if (!waiting) {
                waiting = true;
                waitingSinceNanos = nowNanos;
            }
            if (nowNanos - waitingSinceNanos < patience) {
                return;
            }
            giveUp();
            waiting = false;
        }
        waiting = false;
    }

    /** True if anything has arrived that is later than the next packet to hand on. */
    private boolean somethingMissing() {
        AudioBlock current = block(next);
        for (int shard = next % AudioPacketLayout.BLOCK_DATA + 1; shard < current.present.length; shard++) {
            if (current.present[shard]) {
                return true;
            }
        }
        int base = next - next % AudioPacketLayout.BLOCK_DATA;
        for (int i = 1; i < WINDOW; i++) {
            if (block(base + i * AudioPacketLayout.BLOCK_DATA & 0xFFFF).count > 0) {
                return true;
            }
        }
        return false;
    }

    /** Hands on everything that is in order. */
    private void deliver() {
        for (;;) {
            AudioBlock block = block(next);
            int shard = next % AudioPacketLayout.BLOCK_DATA;
            if (!block.present[shard]) {
                return;
            }
            handOn(block, shard);
        }
    }

    /** Ends the current block: hands on what is there of it and reports the rest as lost. */
    private void giveUp() {
        AudioBlock block = block(next);
        do {
            int shard = next % AudioPacketLayout.BLOCK_DATA;
            if (block.present[shard]) {
                handOn(block, shard);
            } else {
                counters.count(AudioDrop.LOST);
                sink.lost(next);
                advance(block);
            }
        } while (next % AudioPacketLayout.BLOCK_DATA != 0);
        deliver();
    }

    private void handOn(AudioBlock block, int shard) {
        int sequence = next;
        int timestamp = block.baseTimestamp + shard * settings.packetMillis();
        if (cipher == null) {
            sink.packet(block.memory.asSlice(block.offsets[shard], block.length), sequence, timestamp);
        } else {
            MemorySegment.copy(block.memory, ValueLayout.JAVA_BYTE, block.offsets[shard], sealed, 0, block.length);
            int length = cipher.open(sequence, sealed, block.length, plain);
            if (length < 1) {
                counters.count(AudioDrop.FORGED);
                sink.lost(sequence);
            } else {
                MemorySegment.copy(plain, 0, opened, ValueLayout.JAVA_BYTE, 0, length);
                sink.packet(opened.asSlice(0, length), sequence, timestamp);
            }
        }
        advance(block);
    }

    private void advance(AudioBlock block) {
        next = next + 1 & 0xFFFF;
        if (next % AudioPacketLayout.BLOCK_DATA == 0) {
            block.clear();
        }
    }

    private AudioBlock block(int sequence) {
        return blocks[sequence / AudioPacketLayout.BLOCK_DATA % WINDOW];
    }

    /** Frees the memory; the thread that feeds it has ended. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
