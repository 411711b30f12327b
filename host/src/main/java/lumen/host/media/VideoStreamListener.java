package lumen.host.media;

/** Hears from a video stream; called on its threads, and must not block. */
public interface VideoStreamListener {

    /**
     * The first frame has left.
     *
     * @param nanosAfterStart time since {@link VideoStream#start()}
     */
    void firstFrameSent(long nanosAfterStart);

    /** The stream has ended by itself; the session closes it. Called once, never after a close. */
    void ended(StreamEnd reason, String message);
}
