package lumen.core.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Durations in buckets of at most 1.6 % width, from 1 ns to about 18 minutes. One thread records, any
 * thread reads; recording and reading allocate nothing.
 */
public final class LatencyHistogram {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);
    /** 64 buckets for every power of two. */
    private static final int SUB_BITS = 6;
    private static final int SUB = 1 << SUB_BITS;
    private static final int MAX_BITS = 40;
    private static final long MAX = (1L << MAX_BITS) - 1;

    private final long[] counts = new long[bucket(MAX) + 1];

    /** Records a duration in nanoseconds; negative ones count as 0, huge ones as the largest. */
    public void record(long nanos) {
        int b = bucket(Math.clamp(nanos, 0, MAX));
        COUNT.setOpaque(counts, b, counts[b] + 1);
    }

    /** Durations recorded. */
    public long count() {
        long n = 0;
        for (int b = 0; b < counts.length; b++) {
            n += (long) COUNT.getOpaque(counts, b);
        }
        return n;
    }

    /**
     * The duration that this share of all recorded ones doesn't exceed, in nanoseconds; 0 if there are none.
     *
     * @param share 0 to 1; 0.99 is p99
     */
    public long percentile(double share) {
        long rank = (long) Math.ceil(share * count());
        long seen = 0;
        for (int b = 0; b < counts.length; b++) {
            seen += (long) COUNT.getOpaque(counts, b);
            if (seen > 0 && seen >= rank) {
                return upperEdge(b);
            }
        }
        return 0;
    }

    /** Starts anew. Recording thread only. */
    public void clear() {
        for (int b = 0; b < counts.length; b++) {
            COUNT.setOpaque(counts, b, 0L);
        }
    }

    private static int bucket(long v) {
        if (v < SUB) {
            return (int) v;
        }
        int shift = 63 - Long.numberOfLeadingZeros(v) - SUB_BITS;
        return (shift + 1) * SUB + (int) (v >>> shift) - SUB;
    }

    private static long upperEdge(int bucket) {
        if (bucket < SUB) {
            return bucket;
        }
        int shift = bucket / SUB - 1;
        return ((long) (bucket % SUB + SUB + 1) << shift) - 1;
    }
}
