package lumen.client.report;

import lumen.core.metrics.LatencyHistogram;

/**
 * A distribution of durations in milliseconds.
 *
 * @param count how many were measured
 */
public record Percentiles(long count, double p50, double p95, double p99, double max) {
    /** Nothing was measured. */
    public static final Percentiles NONE = new Percentiles(0, 0, 0, 0, 0);

    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * Reads a histogram of nanoseconds.
     *
     * @param maxNanos the exact largest value; a histogram gives its buckets' upper edges
     */
    public static Percentiles of(LatencyHistogram histogram, long maxNanos) {
        return new Percentiles(histogram.count(), millis(Math.min(maxNanos, histogram.percentile(0.5))),
                millis(Math.min(maxNanos, histogram.percentile(0.95))),
                millis(Math.min(maxNanos, histogram.percentile(0.99))), millis(maxNanos));
    }

    private static double millis(long nanos) {
        return Math.round(nanos / NANOS_PER_MILLI * 1000) / 1000.0;
    }
}
