package lumen.core.pacing;

/**
 * Spreads one frame's datagrams over its pacing window, so that a large frame doesn't arrive as one burst
 * that overflows a queue. The window is the smaller of a share of the frame interval and the time the
 * frame's bytes take at four times the stream's rate. Reused for every frame; not thread-safe.
 */
public final class PacingPlan {
    /** Shorter waits are merged: a timer can't keep them, and waking up costs more than it gives. */
    public static final long SHORTEST_WAIT_NANOS = 500_000;
    /** How much faster than the stream's mean rate a frame may leave. */
    public static final int RATE_FACTOR = 4;
    /** Share of the frame interval a frame may take to leave, unless configured. */
    public static final double DEFAULT_FRACTION = 0.25;

    private final double fraction;
    private int datagrams;
    private int batches = 1;
    private long stepNanos;

    /**
     * @param fraction share of the frame interval, more than 0 and at most 1
     */
    public PacingPlan(double fraction) {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException("pacing fraction " + fraction + ", allowed: more than 0, at most 1");
        }
        this.fraction = fraction;
    }

    /**
     * Plans a frame.
     *
     * @param datagrams     datagrams of the frame, at least 1
     * @param bytes         their bytes
     * @param intervalNanos time between two frames
     * @param rateKbps      the stream's rate in 1000 bit/s
     */
    public void plan(int datagrams, long bytes, long intervalNanos, int rateKbps) {
        this.datagrams = datagrams;
        long window = windowNanos(bytes, intervalNanos, rateKbps, fraction);
        batches = (int) Math.min(datagrams, 1 + window / SHORTEST_WAIT_NANOS);
        stepNanos = batches == 1 ? 0 : window / (batches - 1);
    }

    /** The pacing window in nanoseconds. */
    public static long windowNanos(long bytes, long intervalNanos, int rateKbps, double fraction) {
        long byRate = bytes * 8_000_000L / ((long) RATE_FACTOR * rateKbps);
        return Math.min((long) (fraction * intervalNanos), byRate);
    }

    /** Bursts the frame leaves in. */
    public int batches() {
        return batches;
    }

    /** Index of a burst's first datagram; for {@link #batches()}, the number of datagrams. */
    public int firstOf(int batch) {
        return (int) ((long) datagrams * batch / batches);
    }

    /** When a burst leaves, in nanoseconds after the first. */
    public long offsetNanos(int batch) {
        return batch * stepNanos;
    }

    /** The wait this plan puts between first and last datagram, in nanoseconds: not processing time. */
    public long plannedWaitNanos() {
        return (batches - 1) * stepNanos;
    }
}
