package lumen.spi;

import java.util.Map;

/** What every backend service has: a name and an answer to "could you work here?". */
public interface Provider {

    /**
     * The backend's stable name in lower-case-dash form, unique within its kind; used in configuration,
     * logs and {@code lumen doctor}.
     */
    String id();

    /**
     * Says whether this backend could work on this machine now. Called on a thread of its own at start
     * and by {@code doctor}; cheap (under 200 ms), without side effects. A probe that throws or hangs
     * is reported and its backend left out.
     */
    Probe probe(HostContext host);

    /**
     * Undoes a change that a killed host left behind, noted by {@link Journal#change} under this provider's id.
     * Called at the next start, before anything else of this provider but its probe.
     *
     * @throws BackendException if it can't be undone; the note is dropped all the same
     */
    default void undo(Map<String, String> details, HostContext host) {
    }
}
