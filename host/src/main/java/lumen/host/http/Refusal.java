package lumen.host.http;

/** A request is refused with an XML status and a message that the client shows to its user. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status  XML status code, such as 400, 404 or 503
     * @param message one sentence for the user
     */
    public Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
