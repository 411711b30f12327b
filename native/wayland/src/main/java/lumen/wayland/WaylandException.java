package lumen.wayland;

/** The connection to a compositor is unusable: it has gone, misbehaved, or refused a request. */
public class WaylandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WaylandException(String message) {
        super(message);
    }

    public WaylandException(String message, Throwable cause) {
        super(message, cause);
    }
}
