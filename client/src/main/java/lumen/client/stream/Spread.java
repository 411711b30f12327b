package lumen.client.stream;

import lumen.client.report.Percentiles;
import lumen.core.metrics.LatencyHistogram;

/** Durations that one thread records, with their exact maximum. */
final class Spread {
    private final LatencyHistogram histogram = new LatencyHistogram();
    private volatile long maximum;

    void record(long nanos) {
        histogram.record(nanos);
        if (nanos > maximum) {
            maximum = nanos;
        }
    }

    Percentiles percentiles() {
        return Percentiles.of(histogram, maximum);
    }
}
