package lumen.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The outcome of {@link Provider#probe}: usable with a rank, or not with a reason a user can act on. */
public sealed interface Probe {

    /** What was looked at, in the order it was looked at. */
    List<Evidence> evidence();

    /**
     * The backend can be used.
     *
     * @param rank higher is tried first; 0 is a last resort, 50 ordinary, 100 the best there can be
     */
    record Available(int rank, List<Evidence> evidence) implements Probe {
        public Available {
            evidence = List.copyOf(evidence);
        }
    }

    /**
     * The backend can't be used here.
     *
     * @param reason one sentence naming what is missing
     * @param remedy what the user can do about it, if anything
     */
    record Unavailable(String reason, List<Evidence> evidence, Optional<String> remedy) implements Probe {
        public Unavailable {
            Objects.requireNonNull(reason);
            Objects.requireNonNull(remedy);
            evidence = List.copyOf(evidence);
        }
    }

    static Probe available(int rank, Evidence... evidence) {
        return new Available(rank, List.of(evidence));
    }

    static Probe unavailable(String reason, Evidence... evidence) {
        return new Unavailable(reason, List.of(evidence), Optional.empty());
    }

    static Probe unavailable(String reason, String remedy, Evidence... evidence) {
        return new Unavailable(reason, List.of(evidence), Optional.of(remedy));
    }
}
