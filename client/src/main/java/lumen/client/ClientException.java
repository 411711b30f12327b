package lumen.client;

/** Something the client needed from the host, the network or its own files did not come about. */
public final class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String stage;
    private final int statusCode;

    /** @param stage what was being done, in lower-dash-case, such as {@code server-info} */
    public ClientException(String stage, String message) {
        this(stage, message, 0, null);
    }

    public ClientException(String stage, String message, Throwable cause) {
        this(stage, message, 0, cause);
    }

    /** @param statusCode the host's XML or RTSP status; 0 if it gave none */
    public ClientException(String stage, String message, int statusCode, Throwable cause) {
        super(stage + ": " + message, cause);
        this.stage = stage;
        this.statusCode = statusCode;
    }

    /** What was being done, in lower-dash-case. */
    public String stage() {
        return stage;
    }

    /** The host's XML or RTSP status; 0 if it gave none. */
    public int statusCode() {
        return statusCode;
    }
}
