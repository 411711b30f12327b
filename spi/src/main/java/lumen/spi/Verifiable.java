package lumen.spi;

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
}
