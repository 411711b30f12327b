package lumen.host.plugin;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import lumen.spi.Evidence;
import lumen.spi.Probe;
import lumen.spi.Provider;

/**
 * A backend that was found, and what came of it.
 *
 * @param kind     what it is for
 * @param id       its id, or its class name if it could not even say that
 * @param origin   where it came from: {@code mods} or a path below a plug-in folder
 * @param provider the backend, if it may be used
 * @param probe    what it said, or why it wasn't asked
 */
public record Candidate(Kind kind, String id, String origin, Optional<Provider> provider, Probe probe) {
    public Candidate {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(id);
        Objects.requireNonNull(origin);
        Objects.requireNonNull(provider);
        Objects.requireNonNull(probe);
    }

    static Candidate refused(Kind kind, String id, String origin, String reason) {
        return new Candidate(kind, id, origin, Optional.empty(), new Probe.Unavailable(reason, List.of(), Optional.empty()));
    }

    /** True if it may be used. */
    public boolean usable() {
        return provider.isPresent() && probe instanceof Probe.Available;
    }

    /** Its rank; -1 if it can't be used. */
    public int rank() {
        return probe instanceof Probe.Available a && provider.isPresent() ? a.rank() : -1;
    }

    /** Why it can't be used, if so. */
    public Optional<String> reason() {
        return probe instanceof Probe.Unavailable u ? Optional.of(u.reason()) : Optional.empty();
    }

    /** What the user can do about it. */
    public Optional<String> remedy() {
        return probe instanceof Probe.Unavailable u ? u.remedy() : Optional.empty();
    }

    public List<Evidence> evidence() {
        return probe.evidence();
    }
}
