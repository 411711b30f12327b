package lumen.spi;

/** Records what the session's programs play. */
public interface AudioSourceProvider extends Provider {

    /** True if this provider can record the sound that belongs to that display. */
    boolean accepts(VirtualDisplay display);

    /**
     * Starts recording.
     *
     * @throws BackendException if it can't
     */
    AudioSource open(AudioFormat format, VirtualDisplay display);
}
