package lumen.core.loss;

import java.util.Locale;

/** Decides for one datagram after the other whether the network loses it. Not thread-safe. */
public interface LossModel {

    /** True if the next datagram is lost. */
    boolean lost();

    /** Loses nothing. */
    static LossModel none() {
        return () -> false;
    }

    /**
     * Loses each datagram with the same probability, independently.
     *
     * @param rate 0 to 1
     */
    static LossModel random(double rate, long seed) {
        return new RandomLoss(rate, seed);
    }

    /**
     * Loses datagrams in bursts.
     *
     * @param rate        share of datagrams lost in the long run, 0 to less than 1
     * @param burstLength mean length of a burst in datagrams, at least 1
     */
    static LossModel burst(double rate, double burstLength, long seed) {
        if (!(rate >= 0 && rate < 1) || !(burstLength >= 1)) {
            throw new IllegalArgumentException("loss rate " + rate + " (allowed: 0 to under 1), burst length "
                    + burstLength + " (allowed: 1 and up)");
        }
        double leave = 1 / burstLength;
        return new GilbertElliottLoss(Math.min(1, leave * rate / (1 - rate)), leave, 0, 1, seed);
    }

    /**
     * Reads a model as given on a command line: {@code none}, {@code random:RATE:SEED} or
     * {@code burst:RATE:LENGTH:SEED}, rates between 0 and 1.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    static LossModel parse(String text) {
        String[] part = text.toLowerCase(Locale.ROOT).split(":", -1);
        try {
            if (part[0].equals("none") && part.length == 1) {
                return none();
            }
            if (part[0].equals("random") && part.length == 3) {
                return random(Double.parseDouble(part[1]), Long.parseLong(part[2]));
            }
            if (part[0].equals("burst") && part.length == 4) {
                return burst(Double.parseDouble(part[1]), Double.parseDouble(part[2]), Long.parseLong(part[3]));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("loss model '" + text + "': not a number: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("loss model '" + text
                + "', allowed: none, random:RATE:SEED, burst:RATE:LENGTH:SEED");
    }
}
