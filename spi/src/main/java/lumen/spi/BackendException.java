package lumen.spi;

/**
 * A backend could not do what was asked. The message is one sentence for the user; the host logs it,
 * and tries the next backend if there is one.
 */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BackendException(String message) {
        super(message);
    }

    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
