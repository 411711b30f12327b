package lumen.spi;

import java.util.List;

/** Imports one session's frames. Confined to the session's video thread. */
public interface FrameImporter extends AutoCloseable {

    /** What this importer takes, best first. */
    List<ImportOffer> offers();

    /**
     * Makes a captured frame readable for the encoder. The result is valid until
     * {@link ImportedFrame#release()}, which must come before the captured frame's own release. The same frame may be
     * imported again after that, with a cursor that has moved.
     *
     * @param cursor drawn over the picture if visible; the captured pixels themselves stay untouched
     * @throws BackendException naming the step that failed; the host then tries another importer
     */
    ImportedFrame importFrame(CapturedFrame frame, CursorState cursor);

    /** The capturer is about to drop a buffer: free what was cached for it. */
    void forget(BufferSlot slot);

    @Override
    void close();
}
