package lumen.host.rtsp;

/** A stream that can't be set up; the status goes into the answer, the message into the log. */
public final class RtspRefusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /** @param status 400, 403, 500 or 503 */
    public RtspRefusal(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
