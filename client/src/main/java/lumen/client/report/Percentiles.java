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

    /** Reads a histogram of nanoseconds. */
    public static Percentiles of(LatencyHistogram histogram) {
        return new Percentiles(histogram.count(), millis(histogram, 0.5), millis(histogram, 0.95),
                millis(histogram, 0.99), millis(histogram, 1));
    }

    private static double millis(LatencyHistogram histogram, double share) {
        return Math.round(histogram.percentile(share) / NANOS_PER_MILLI * 1000) / 1000.0;
    }
}
