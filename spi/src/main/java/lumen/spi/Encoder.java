package lumen.spi;

/**
 * One session's encoder: one access unit out for each frame in, no reordering, parameter sets in band
 * in front of every IDR. Confined to the session's video thread.
 */
public interface Encoder extends AutoCloseable {

    /** Which encoder this is, for logs, such as {@code libx264 superfast}. */
    String description();

    /**
     * Encodes one frame and hands its access unit to the sink before it returns. The frame's pixels are
     * not touched after the call. The first frame is always an IDR.
     *
     * @param forceIdr make this frame an IDR
     * @throws BackendException if the encoder has failed; it can only be closed then
     */
    void encode(ImportedFrame frame, boolean forceIdr, AccessUnitSink sink);

    /**
     * Encodes the frame of the last call once more (a static screen). Cheap: no conversion.
     *
     * @throws IllegalStateException before the first frame
     */
    void repeat(boolean forceIdr, AccessUnitSink sink);

    /**
     * Changes target and peak bitrate from the next frame on, in 1000 bit/s.
     *
     * @return false if this encoder must be reopened for that
     */
    boolean bitrate(int kbps);

    @Override
    void close();
}
