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
        Percentiles p = Percentiles.of(histogram);
        return new Percentiles(p.count(), p.p50(), p.p95(), p.p99(), Math.round(maximum / 1e3) / 1e3);
    }
}
