package lumen.core.loss;

/** Independent losses at a constant rate. */
final class RandomLoss implements LossModel {
    private final double rate;
    private final SeededRandom random;

    RandomLoss(double rate, long seed) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("loss rate " + rate + ", allowed: 0 to 1");
        }
        this.rate = rate;
        random = new SeededRandom(seed);
    }

    @Override
    public boolean lost() {
        return random.next() < rate;
    }
}
