package lumen.plugin.pipewire.audio;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SampleRingTest {
    private static final int CHANNELS = 2;
    private static final int SLOT = 240;

    private final Arena arena = Arena.ofShared();
    private final AudioCounters counters = new AudioCounters();
    private final SampleRing ring = new SampleRing(CHANNELS, counters);
    private final MemorySegment in = arena.allocate(2L * SampleRing.CAPACITY * CHANNELS * Float.BYTES, 16);
    private final MemorySegment out = arena.allocate((long) SLOT * CHANNELS * Float.BYTES, 16);
    private long written;

    @AfterEach
    void close() {
        ring.close();
        arena.close();
    }

    /** Frame i is (i, -i): exact in a float for as long as these tests run. */
    private void write(int frames) {
        for (int i = 0; i < frames; i++) {
            in.setAtIndex(JAVA_FLOAT, 2L * i, written + i);
            in.setAtIndex(JAVA_FLOAT, 2L * i + 1, -(written + i));
        }
        written += frames;
        ring.write(in.address(), frames);
    }

    private void writeThree() {
        write(256);
        write(256);
        write(256);
    }

    private int read() {
        return ring.read(out, SLOT);
    }

    private long first() {
        return (long) out.getAtIndex(JAVA_FLOAT, 0);
    }

    private void assertRun(int frames) {
        long first = first();
        for (int i = 0; i < frames; i++) {
            assertEquals(first + i, out.getAtIndex(JAVA_FLOAT, 2L * i));
            assertEquals(-(first + i), out.getAtIndex(JAVA_FLOAT, 2L * i + 1));
        }
    }

    @Test
    void holdsBackWhatTheWritersRhythmNeeds() {
        write(256);
        assertEquals(0, read());
        write(256);
        assertEquals(0, read());
        write(256);
        assertEquals(SLOT, read());
        // Of 768 frames 592 are held back, of which these are the first.
        assertEquals(176, first());
        assertRun(SLOT);
    }

    @Test
    void isGaplessAtTheLeastDelay() {
        // A buffer every 16 thirds of a millisecond, a read every 15, at every phase; a minute each.
        for (int phase = 0; phase < 16; phase++) {
            ring.drain();
            long next = -1;
            for (int tick = 0; tick < 60_000 * 3; tick++) {
                if (tick % 16 == phase) {
                    write(256);
                }
                if (tick % 15 == 0) {
                    int count = read();
                    if (next >= 0) {
                        assertEquals(SLOT, count);
                        assertEquals(next, first());
                        assertRun(SLOT);
                        assertTrue(written - next <= SLOT + 256 + SampleRing.MIN_MARGIN + 256, "delay of " + (written - next));
                    }
                    next = count > 0 ? first() + SLOT : next;
                }
            }
        }
        assertEquals(0, counters.get(AudioEvent.UNDERRUNS));
        assertEquals(0, counters.get(AudioEvent.OVERRUN_FRAMES));
        assertEquals(0, counters.get(AudioEvent.SKIPPED_FRAMES));
    }

    @Test
    void keepsTheNewestWhenNobodyReads() {
        for (int i = 0; i < 1000; i++) {
            write(256);
        }
        assertEquals(SLOT, read());
        assertEquals(written - SLOT - 256 - SampleRing.MIN_MARGIN, first());
        assertRun(SLOT);
        assertEquals(first(), counters.get(AudioEvent.OVERRUN_FRAMES));
    }

    @Test
    void takesOneBufferLargerThanItself() {
        write(2 * SampleRing.CAPACITY - 7);
        assertEquals(SLOT, read());
        assertRun(SLOT);
        assertTrue(first() > SampleRing.CAPACITY);
    }

    @Test
    void drainForgetsWhatWasBefore() {
        write(4096);
        ring.drain();
        assertEquals(0, read());
        writeThree();
        assertEquals(SLOT, read());
        assertEquals(4096 + 176, first());
        assertEquals(0, counters.get(AudioEvent.OVERRUN_FRAMES));
    }

    @Test
    void holdsBackMoreAfterAWriterWasLate() {
        writeThree();
        assertEquals(SLOT, read());
        assertEquals(SLOT, read());
        assertEquals(112, read());
        assertRun(112);
        assertEquals(1, counters.get(AudioEvent.UNDERRUNS));
        assertEquals(0, read());
        // Late were 128 + 240 frames: 240 + 256 + 96 + 368 are held back now.
        writeThree();
        assertEquals(0, read());
        write(256);
        assertEquals(SLOT, read());
        assertEquals(768, first());
    }

    @Test
    void aPauseIsNotLateness() {
        writeThree();
        for (int i = 0; i < 100; i++) {
            read();
        }
        writeThree();
        assertEquals(SLOT, read());
        assertEquals(768, first());
    }

    @Test
    void leavesSoundOutFadedOverWhenTheWriterIsFaster() {
        writeThree();
        int slots = 0;
        float last = Float.NaN;
        for (; counters.get(AudioEvent.SKIPPED_FRAMES) == 0 && slots < 10_000; slots++) {
            // One part in a hundred faster.
            write(slots % 100 == 0 ? 2 * SLOT : SLOT);
            assertEquals(SLOT, read());
            for (int i = 0; i < SLOT; i++) {
                float now = out.getAtIndex(JAVA_FLOAT, 2L * i);
                assertTrue(Float.isNaN(last) || now - last >= 1 && now - last < 10, "no step: " + last + " " + now);
                last = now;
            }
        }
        assertTrue(counters.get(AudioEvent.SKIPPED_FRAMES) > 0);
        assertEquals(0, counters.get(AudioEvent.OVERRUN_FRAMES));
        write(SLOT);
        assertEquals(SLOT, read());
        assertEquals(last + 1, first());
        assertRun(SLOT);
    }

    @Test
    void readsNothingTornWhileAnotherThreadWrites() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            while (!stop.get() && written < 1 << 23) {
                write(256);
            }
        });
        long read = 0;
        long last = -1;
        while (writer.isAlive()) {
            int count = read();
            if (count > 0) {
                assertTrue(first() > last, first() + " after " + last);
                last = first() + count - 1;
                read += count;
                if (counters.get(AudioEvent.SKIPPED_FRAMES) == 0) {
                    assertRun(count);
                }
            }
        }
        stop.set(true);
        writer.join();
        assertTrue(read > 0);
    }

    @Test
    void neitherThreadAllocates() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 20_000; i++) {
            write(SLOT);
            read();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
            ring.write(in.address(), SLOT);
            read();
        }
        assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before, 4096);
    }
}
