package lumen.spi;

/** How a capturer reaches the session's video thread. */
@FunctionalInterface
public interface FrameSignal {
    /**
     * A newer frame can be polled, the cursor has changed, or the capturer has failed. Wait-free; callable
     * from any thread, native upcalls included.
     */
    void frameReady();

    /**
     * A slot will not come back: importers forget what they keep for it. Called on the video thread, from within
     * a method of the capturer; what the slot describes is still valid during the call.
     */
    default void slotGone(BufferSlot slot) {
    }
}
