package lumen.core.enet;

/**
 * Round trip time, retransmission timeout and packet throttle of one peer, in whole milliseconds as the
 * library counts them (streams reference, 3.5).
 */
final class RoundTrip {
    static final int SCALE = 32;
    private static final int INITIAL = 500;

    private int mean = INITIAL;
    private int variance;
    private boolean measured;

    private int throttle = SCALE;
    int interval = 5_000;
    int acceleration = 2;
    int deceleration = 2;
    private long epoch;
    private int lowest = INITIAL;
    private int highestVariance;
    private int referenceMean = INITIAL;
    private int referenceVariance;

    int mean() {
        return mean;
    }

    int variance() {
        return variance;
    }

    /** 0 to 32: the share of the window that may be in flight. */
    int throttle() {
        return throttle;
    }

    /** An acknowledgement came back after that many milliseconds. */
    void sample(long nowMillis, int elapsed) {
        int s = Math.max(1, elapsed);
        if (measured) {
            adjustThrottle(s);
            variance -= (variance + 3) / 4;
            int difference = Math.abs(s - mean);
            variance += (difference + 3) / 4;
            mean += s >= mean ? (difference + 7) / 8 : -((difference + 7) / 8);
        } else {
            measured = true;
            mean = s;
            variance = (s + 1) / 2;
            lowest = mean;
            highestVariance = variance;
            referenceMean = mean;
            referenceVariance = variance;
            epoch = nowMillis;
        }
        lowest = Math.min(lowest, mean);
        highestVariance = Math.max(highestVariance, variance);
        if (nowMillis - epoch >= Math.clamp(interval & 0xFFFF_FFFFL, 1, Integer.MAX_VALUE)) {
            referenceMean = lowest;
            referenceVariance = Math.max(highestVariance, 1);
            lowest = mean;
            highestVariance = variance;
            epoch = nowMillis;
        }
    }

    private void adjustThrottle(int s) {
        if (referenceMean <= referenceVariance) {
            throttle = SCALE;
        } else if (s <= referenceMean) {
            throttle = (int) Math.min(SCALE, throttle + (acceleration & 0xFFFF_FFFFL));
        } else if (s > referenceMean + 2 * referenceVariance) {
            throttle = (int) Math.max(0, throttle - (deceleration & 0xFFFF_FFFFL));
        }
    }

    /** Milliseconds to wait for the acknowledgement of a command sent {@code attempts} times before. */
    long timeout(int attempts, int limit, int timeoutMaximum) {
        int base = mean + Math.min(mean, 4 * Math.max(1, variance));
        base = Math.min(base, timeoutMaximum / 5);
        return (long) base * (attempts < limit ? Math.max(1, attempts) : limit);
    }
}
