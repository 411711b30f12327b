package lumen.plugin.pipewire.audio;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import lumen.spi.AudioSource;

/** Reads a source as the host's audio thread does: 5 ms every 5 ms by the monotonic clock. */
final class Listener implements AutoCloseable {
    static final int SLOT = 240;
    private static final long SLOT_NANOS = 5_000_000;
    private static final int RATE = 48_000;

    final AudioSource source;
    private final int channels;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment into;
    private long due = System.nanoTime();
    /** Slots in which less came than was due. */
    int shortSlots;
    private long overrun;

    Listener(AudioSource source, int channels) {
        this.source = source;
        this.channels = channels;
        into = arena.allocate((long) SLOT * channels * Float.BYTES, 16);
    }

    /** The next 5 ms; what is missing is silence. */
    int slot(float[] samples, int frame) {
        due += SLOT_NANOS;
        for (long rest = due - System.nanoTime(); rest > 0; rest = due - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
        int count = source.read(into, SLOT);
        if (count < SLOT) {
            shortSlots++;
        }
        for (int i = 0; samples != null && i < count * channels; i++) {
            samples[frame * channels + i] = into.getAtIndex(JAVA_FLOAT, i);
        }
        return count;
    }

    /** Sound of so many seconds. */
    float[] record(double seconds) {
        int slots = (int) (seconds * RATE / SLOT);
        float[] samples = new float[slots * SLOT * channels];
        for (int i = 0; i < slots; i++) {
            slot(samples, i * SLOT);
        }
        return samples;
    }

    /** So many seconds without a gap; on a machine that is busy with other things they may be some time in coming. */
    float[] recordWhole(double seconds) {
        for (int i = 0; i < 40; i++) {
            int before = shortSlots;
            float[] samples = record(seconds);
            if (shortSlots == before && source.counters().getOrDefault("overrun-frames", 0L) == overrun) {
                return samples;
            }
            overrun = source.counters().getOrDefault("overrun-frames", 0L);
        }
        throw new AssertionError("gaps all the time: " + source.counters());
    }

    /** Loudest sample of the next 5 ms. */
    double level() {
        float[] samples = new float[SLOT * channels];
        slot(samples, 0);
        double loudest = 0;
        for (float sample : samples) {
            loudest = Math.max(loudest, Math.abs(sample));
        }
        return loudest;
    }

    /** Listens until the loudness of 5 ms is as wanted, for ten seconds at most. */
    void await(String what, java.util.function.DoublePredicate wanted) {
        await(what, () -> wanted.test(level()));
    }

    private void await(String what, BooleanSupplier condition) {
        for (int i = 0; i < 2000; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
        }
        throw new AssertionError("not within 10 s: " + what + "; " + source.state() + " " + source.counters());
    }

    void awaitSound() {
        await("sound", level -> level > 0.1);
    }

    @Override
    public void close() {
        arena.close();
    }
}
