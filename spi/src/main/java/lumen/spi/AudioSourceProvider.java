package lumen.spi;

import java.util.Optional;

/** Records what the session's programs play. */
public interface AudioSourceProvider extends Provider {

    /** True if this provider can record the sound that belongs to that display. */
    boolean accepts(VirtualDisplay display);

    /**
     * Makes a place of its own for a session's sound, before the session's programs start.
     *
     * @param session short name of the session
     * @return empty if this provider only records what plays anyway, or the settings want that
     * @throws BackendException if it can't
     */
    default Optional<SessionSink> createSink(String session, AudioFormat format, HostContext host) {
        return Optional.empty();
    }

    /**
     * Starts recording.
     *
     * @param sink the session's own, made by this provider; empty: what the user hears
     * @throws BackendException if it can't
     */
    AudioSource open(AudioFormat format, VirtualDisplay display, Optional<SessionSink> sink);
}
