package lumen.spi;

/** Wakes the session's video thread. Wait-free; callable from any thread, native upcalls included. */
@FunctionalInterface
public interface FrameSignal {
    /** A newer frame can be polled, or the capturer has failed. */
    void frameReady();
}
