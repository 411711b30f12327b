package lumen.spi;

/** Brings captured buffers into a form an encoder can read. */
public interface FrameImporterProvider extends Provider {

    /** True if no pixel passes through the CPU. */
    default boolean zeroCopy() {
        return false;
    }

    /**
     * Opens an importer for one session, on its video thread.
     *
     * @throws BackendException if it can't work after all
     */
    FrameImporter open(DisplayMode mode);
}
