package lumen.host.media;

/** Ends the video thread's loop with a reason for the listener. */
final class StreamEndException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final StreamEnd reason;

    StreamEndException(StreamEnd reason, String message) {
        super(message);
        this.reason = reason;
    }

    StreamEnd reason() {
        return reason;
    }
}
