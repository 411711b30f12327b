package lumen.host.plugin;

import java.util.Comparator;
import java.util.List;

/**
 * Everything that was found, usable or not, with its reasons.
 *
 * @param candidates backends, best first within each kind
 * @param rejected   files that could not be loaded at all
 */
public record Ledger(List<Candidate> candidates, List<RejectedPlugin> rejected) {
    private static final Comparator<Candidate> ORDER = Comparator.comparing(Candidate::kind)
            .thenComparing(Comparator.comparingInt(Candidate::rank).reversed())
            .thenComparing(Candidate::id);

    public Ledger {
        candidates = candidates.stream().sorted(ORDER).toList();
        rejected = List.copyOf(rejected);
    }

    /**
     * A plug-in that could not be loaded.
     *
     * @param file   the JAR or folder
     * @param reason one sentence
     */
    public record RejectedPlugin(String file, String reason) {
    }

    /** The usable candidates of a kind, best first. */
    public List<Candidate> usable(Kind kind) {
        return candidates.stream().filter(c -> c.kind() == kind && c.usable()).toList();
    }

    /** All candidates of a kind, best first. */
    public List<Candidate> all(Kind kind) {
        return candidates.stream().filter(c -> c.kind() == kind).toList();
    }
}
