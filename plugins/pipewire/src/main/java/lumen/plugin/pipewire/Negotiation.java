package lumen.plugin.pipewire;

import java.util.List;
import java.util.Optional;
import lumen.pipewire.pod.Pod;

/**
 * What is offered to the producer, round by round, and what was agreed on. Decides what there is to tell, and tells nothing
 * itself. Guarded by the loop's lock.
 */
final class Negotiation {
    private List<FormatOffer> rounds = List.of();
    /** What the stream offers the producer; {@link #rounds} once they are put to use. */
    private List<FormatOffer> told = List.of();
    private int round;
    private Optional<NegotiatedFormat> format = Optional.empty();
    private String bufferType = "";

    /**
     * Replaces what is on offer, and begins with the first round again.
     *
     * @param wanted    rounds, at least one
     * @param connected the producer has been told of an offer before
     * @param pausable  new buffers for the same pictures are bearable
     * @return true if the producer has to be told of {@link #current}
     */
    boolean offer(List<FormatOffer> wanted, boolean connected, boolean pausable) {
        if (connected && wanted.equals(told)) {
            // The next stream on a display that was kept: what was agreed on still is.
            return false;
        }
        boolean less = connected && wanted.getFirst().within(rounds.getFirst());
        rounds = wanted;
        round = 0;
        if (connected && (less || !pausable) && format.filter(f -> wanted.getFirst().meets(f, bufferType)).isPresent()) {
            // Nothing better is on offer, and new buffers for the same pictures would do harm, or take time at least.
            return false;
        }
        told = rounds;
        return true;
    }

    /** What is on offer in this round; that of the last one if all have failed. */
    FormatOffer current() {
        return rounds.get(Math.min(round, rounds.size() - 1));
    }

    /** Goes on to the next round, which the producer has to be told of; empty if there is none. */
    Optional<FormatOffer> next() {
        round++;
        if (round >= rounds.size()) {
            return Optional.empty();
        }
        told = rounds;
        return Optional.of(current());
    }

    /**
     * The producer has chosen.
     *
     * @throws RuntimeException saying what is wrong with the format; then none is agreed on
     */
    NegotiatedFormat agree(Pod pod) {
        format = Optional.empty();
        NegotiatedFormat agreed = NegotiatedFormat.parse(pod);
        format = Optional.of(agreed);
        bufferType = "";
        return agreed;
    }

    /** The format is void. */
    void clear() {
        format = Optional.empty();
    }

    /** What was agreed on, if anything was. */
    Optional<NegotiatedFormat> format() {
        return format;
    }

    /** A buffer has come, of that type in words. */
    void bufferType(String name) {
        bufferType = name;
    }

    /** What was agreed on, in words, for people. */
    @Override
    public String toString() {
        return format.map(f -> f + (bufferType.isEmpty() ? ", no buffers" : ", " + bufferType)).orElse("no format agreed on");
    }
}
