package lumen.core.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    @Test
    @DisplayName("Percentiles are right to 1.6 %, from nanoseconds to minutes")
    void percentilesAreRight() {
        for (long unit : new long[] {1, 1000, 100_000, 1_000_000}) {
            LatencyHistogram h = new LatencyHistogram();
            assertEquals(0, h.percentile(0.5));
            for (int i = 1; i <= 10_000; i++) {
                h.record(i * unit);
            }
            assertEquals(10_000, h.count());
            for (double p : new double[] {0.5, 0.95, 0.99, 1}) {
                double exact = p * 10_000 * unit;
                assertEquals(exact, h.percentile(p), exact * 0.016 + 1);
            }
            h.clear();
            assertEquals(0, h.count());
        }
        LatencyHistogram h = new LatencyHistogram();
        h.record(-5);
        h.record(Long.MAX_VALUE);
        assertEquals(0, h.percentile(0.5));
        assertEquals((1L << 40) - 1, h.percentile(1));
    }
}
