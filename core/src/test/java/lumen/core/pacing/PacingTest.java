package lumen.core.pacing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final long SIXTIETH = 16_666_666;

    @Property(tries = 500)
    @Label("A plan covers every datagram once, ends within its window, and has no wait under 500 µs")
    void plansAreSound(@ForAll @IntRange(min = 1, max = 5000) int datagrams, @ForAll @IntRange(min = 100, max = 500_000) int kbps,
                       @ForAll @DoubleRange(min = 0.01, max = 1) double fraction) {
        PacingPlan plan = new PacingPlan(fraction);
        long bytes = datagrams * 1408L;
        plan.plan(datagrams, bytes, SIXTIETH, kbps);
        long window = Math.min((long) (fraction * SIXTIETH), bytes * 8_000_000L / (4L * kbps));
        assertTrue(plan.plannedWaitNanos() <= window);
        assertEquals(0, plan.firstOf(0));
        assertEquals(datagrams, plan.firstOf(plan.batches()));
        for (int b = 0; b < plan.batches(); b++) {
            assertTrue(plan.firstOf(b + 1) > plan.firstOf(b));
            assertTrue(b == 0 || plan.offsetNanos(b) - plan.offsetNanos(b - 1) >= PacingPlan.SHORTEST_WAIT_NANOS);
        }
    }

    @Test
    @DisplayName("A mean frame leaves within a quarter of the interval; a small one at once")
    void windowIsTheSmallerOfBoth() {
        int kbps = 10_000;
        long mean = kbps * 1000L / 8 / 60;
        assertEquals(SIXTIETH / 4.0, PacingPlan.windowNanos(mean, SIXTIETH, kbps, 0.25), 20_000);
        assertEquals(SIXTIETH / 4, PacingPlan.windowNanos(10 * mean, SIXTIETH, kbps, 0.25));
        PacingPlan plan = new PacingPlan(0.25);
        plan.plan(1, 1408, SIXTIETH, kbps);
        assertEquals(1, plan.batches());
        assertEquals(0, plan.plannedWaitNanos());
    }

    /** Frames and repeats in ten seconds of a source whose frames come at the given times. */
    private static int[] simulate(long interval, long sourceInterval, double jitter, boolean paused) {
        FrameCadence cadence = new FrameCadence(interval);
        Random random = new Random(5);
        long end = 10_000_000_000L;
        long nextFrame = 0;
        long n = 0;
        boolean waiting = false;
        int frames = 0;
        int repeats = 0;
        for (long now = 0; now < end; now += 50_000) {
            while (nextFrame <= now) {
                waiting = true;
                n++;
                nextFrame = n * sourceInterval + (long) ((2 * random.nextDouble() - 1) * jitter * sourceInterval);
                if (paused && n > 60) {
                    nextFrame = Long.MAX_VALUE;
                }
            }
            if (waiting && cadence.untilFrame(now) <= 0) {
                waiting = false;
                cadence.frame(now);
                frames++;
            } else if (cadence.untilRepeat(now) <= 0) {
                cadence.repeated(now);
                repeats++;
            }
        }
        return new int[] {frames, repeats};
    }

    @Test
    @DisplayName("T2: a jittery 60 Hz source gives 60 fps, not 57 and not 63")
    void jitterNeitherLosesNorAddsFrames() {
        for (double jitter : new double[] {0, 0.1, 0.3, 0.45}) {
            int[] r = simulate(SIXTIETH, SIXTIETH, jitter, false);
            assertEquals(600, r[0], 3, "jitter " + jitter);
            assertEquals(0, r[1], 3, "repeats at jitter " + jitter);
        }
    }

    @Test
    @DisplayName("Sources slightly off the client's rate pass; faster ones are cut to it")
    void otherRates() {
        assertEquals(600, simulate(SIXTIETH, SIXTIETH * 1000 / 1001, 0.1, false)[0], 4);
        assertEquals(600, simulate(SIXTIETH, SIXTIETH * 1001 / 1000, 0.1, false)[0], 4);
        int[] fast = simulate(SIXTIETH, 6_944_444, 0.1, false);
        assertTrue(fast[0] >= 590 && fast[0] <= 606, fast[0] + " frames");
        int[] half = simulate(SIXTIETH, 2 * SIXTIETH, 0.05, false);
        assertEquals(300, half[0], 3);
        assertTrue(half[0] + half[1] <= 604, half[1] + " repeats");
    }

    @Test
    @DisplayName("A still picture is repeated at the client's rate")
    void stillPicturesAreRepeated() {
        int[] r = simulate(SIXTIETH, SIXTIETH, 0, true);
        assertEquals(61, r[0], 1);
        assertEquals(600, r[0] + r[1], 4);
    }
}
