package lumen.core.loss;

/** SplitMix64: the same numbers for the same seed on every Java release. */
final class SeededRandom {
    private long state;

    SeededRandom(long seed) {
        state = seed;
    }

    /** Uniform in [0, 1). */
    double next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return ((z ^ z >>> 31) >>> 11) * 0x1.0p-53;
    }
}
