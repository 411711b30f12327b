package lumen.core.pacing;

/**
 * Decides when a new frame may be encoded and when the last one is due again. Not thread-safe.
 *
 * <p>New frames go by a leaky bucket: a frame may come half an interval before its slot, and slots follow
 * each other at half a percent less than the interval. So a jittery source of the client's rate loses no
 * frame and gains none, one whose clock is slightly fast isn't held back, and a faster source is cut to
 * the client's rate.
 *
 * <p>A repeat is due one interval after the slot in which a frame was expected, then every interval. It
 * doesn't take the next frame's slot: a gap of {@code g} intervals is filled with at most {@code g - 1}
 * repeats, so the sum stays below the client's rate, and the frame that ends the gap doesn't wait.
 */
public final class FrameCadence {
    private static final int TOLERANCE_PER_MILLE = 5;

    private final long interval;
    private final long slotInterval;
    private final long earliness;
    private boolean started;
    private long nextSlot;
    private long repeatDue;

    /** @param intervalNanos time between two frames at the client's rate */
    public FrameCadence(long intervalNanos) {
        if (intervalNanos < 1) {
            throw new IllegalArgumentException("frame interval " + intervalNanos + " ns");
        }
        interval = intervalNanos;
        slotInterval = intervalNanos - intervalNanos * TOLERANCE_PER_MILLE / 1000;
        earliness = intervalNanos / 2;
    }

    /** Nanoseconds until a new frame may be encoded; 0 or less: now. */
    public long untilFrame(long nowNanos) {
        return started ? nextSlot - earliness - nowNanos : 0;
    }

    /** Nanoseconds until the last frame shall be encoded again; 0 or less: now. Endless before the first. */
    public long untilRepeat(long nowNanos) {
        return started ? repeatDue - nowNanos : Long.MAX_VALUE;
    }

    /** A new frame is being encoded. */
    public void frame(long nowNanos) {
        nextSlot = (started && nextSlot - nowNanos > 0 ? nextSlot : nowNanos) + slotInterval;
        repeatDue = nowNanos + 2 * interval;
        started = true;
    }

    /** The last frame is being encoded again. */
    public void repeated(long nowNanos) {
        repeatDue = (nowNanos - repeatDue > interval || nowNanos - repeatDue < 0 ? nowNanos : repeatDue) + interval;
    }
}
