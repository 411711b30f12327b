package lumen.spi;

import java.util.List;

/**
 * A backend whose probe promises more than it can know: what drivers say of themselves proves nothing, a real trial
 * does. Implemented by {@link Provider}s whose probe was {@link Probe.Available}.
 */
public interface Verifiable {

    /** What a verdict depends on, such as versions of drivers and devices. With another text a remembered verdict is void. */
    String fingerprint();

    /**
     * Tries out for real what the backend does for sessions, on buffers made on the spot, and compares every pixel.
     * Runs on a thread of its own, beside sessions; leaves nothing behind.
     */
    Verdict verify(Trial trial);

    /**
     * What is worth knowing of drivers besides, good or bad: it decides nothing. Asked by {@code lumen zerocopy-probe} only,
     * after {@link #verify}. What might harm the process that tries it out is tried in one of its own, which is gone
     * within the trial's time.
     */
    default List<Evidence> facts(Trial trial) {
        return List.of();
    }
}
