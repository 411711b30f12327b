package lumen.spi;

import java.util.List;
import java.util.Map;

/**
 * Imports one session's frames. Confined to the session's video thread. After a failure the host only releases what
 * it holds and closes the importer.
 */
public interface FrameImporter extends AutoCloseable {

    /** Where this importer's frames are; one of the kinds asked for. */
    FrameKind kind();

    /** What this importer takes, best first. */
    List<ImportOffer> offers();

    /**
     * Makes a captured frame readable for the encoder. The result is valid until {@link ImportedFrame#release()}.
     * Unless it is {@linkplain ImportedFrame#detached() detached}, that comes before the captured frame's own release.
     * At most two results are held at a time.
     *
     * @param cursor drawn over the picture if visible; the captured pixels themselves stay untouched
     * @throws BackendException if a step failed; the host then tries another importer
     */
    ImportedFrame importFrame(CapturedFrame frame, CursorState cursor);

    /**
     * The picture of the last {@link #importFrame} once more, with the cursor where it is now. The result before it
     * has been released; the captured frame is still held unless that result was detached.
     *
     * @throws BackendException as {@link #importFrame}
     */
    ImportedFrame redraw(CursorState cursor);

    /** The capturer is about to drop a buffer: free what was cached for it. */
    void forget(BufferSlot slot);

    /** Counts of what was imported, registered and allocated since it was opened. Any thread. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    void close();
}
