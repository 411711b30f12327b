package lumen.ei;

/** The server can't be reached, has gone, refused us, or broke the protocol. */
public final class EiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EiException(String message) {
        super(message);
    }

    public EiException(String message, Throwable cause) {
        super(message, cause);
    }
}
