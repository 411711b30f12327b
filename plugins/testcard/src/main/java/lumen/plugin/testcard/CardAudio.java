package lumen.plugin.testcard;

import java.lang.foreign.MemorySegment;
import lumen.card.Tone;
import lumen.spi.AudioFormat;
import lumen.spi.AudioSource;

/** The test tone in real time: a sample is due when {@code CLOCK_MONOTONIC} has reached it. */
final class CardAudio implements AudioSource {
    private static final long NANOS = 1_000_000_000L;
    /** A recorder that nobody reads keeps one second and drops what is older. */
    private static final long KEPT = AudioFormat.RATE;

    private final int channels;
    private long start = System.nanoTime();
    private long index;

    CardAudio(AudioFormat format) {
        channels = format.channels();
    }

    @Override
    public int read(MemorySegment into, int frames) {
        return read(into, frames, System.nanoTime());
    }

    int read(MemorySegment into, int frames, long now) {
        long elapsed = now - start;
        long due = elapsed / NANOS * AudioFormat.RATE + elapsed % NANOS * AudioFormat.RATE / NANOS;
        index = Math.max(index, due - KEPT);
        int count = Math.clamp(due - index, 0, frames);
        Tone.write(into, index, count, channels);
        index += count;
        return count;
    }

    @Override
    public void drain() {
        start = System.nanoTime();
        index = 0;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
