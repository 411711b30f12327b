package lumen.spi;

/** Takes frames from displays. */
public interface CapturerProvider extends Provider {

    /** True if this provider knows how to capture that kind of source. */
    boolean accepts(FrameSource source);

    /**
     * Starts capturing. The session's video thread opens, polls and closes the capturer.
     *
     * @param mode   the display's mode
     * @param signal called whenever {@link Capturer#poll()} would return something new
     * @throws BackendException if capture can't start; nothing is left behind
     */
    Capturer open(FrameSource source, DisplayMode mode, FrameSignal signal);
}
