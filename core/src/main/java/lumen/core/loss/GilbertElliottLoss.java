package lumen.core.loss;

/** A link with a good and a bad state, each with its own loss rate (Gilbert and Elliott). */
public final class GilbertElliottLoss implements LossModel {
    private final double goodToBad;
    private final double badToGood;
    private final double lossInGood;
    private final double lossInBad;
    private final SeededRandom random;
    private boolean bad;

    /** All of them probabilities a datagram, 0 to 1. Starts in the good state. */
    public GilbertElliottLoss(double goodToBad, double badToGood, double lossInGood, double lossInBad, long seed) {
        for (double p : new double[] {goodToBad, badToGood, lossInGood, lossInBad}) {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("probability " + p + ", allowed: 0 to 1");
            }
        }
        this.goodToBad = goodToBad;
        this.badToGood = badToGood;
        this.lossInGood = lossInGood;
        this.lossInBad = lossInBad;
        random = new SeededRandom(seed);
    }

    @Override
    public boolean lost() {
        double turn = random.next();
        bad = bad ? turn >= badToGood : turn < goodToBad;
        return random.next() < (bad ? lossInBad : lossInGood);
    }
}
