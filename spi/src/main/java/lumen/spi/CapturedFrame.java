package lumen.spi;

/**
 * A frame as its compositor delivered it. Reused per {@link #slot()}; its values hold until
 * {@link #release()}, which gives the buffer back to the compositor and may be called from any thread.
 */
public interface CapturedFrame {

    BufferSlot slot();

    /** What changed since the frame this capturer delivered before. */
    Damage damage();

    ColorInfo color();

    /**
     * When the compositor had the frame ready; arrival time if the source gives none. {@code System.nanoTime()} based,
     * and later than that of the frame before.
     */
    long timestampNanos();

    void release();
}
