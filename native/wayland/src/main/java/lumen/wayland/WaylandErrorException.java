package lumen.wayland;

/** The compositor sent {@code wl_display.error}: a request of ours was wrong, the connection is over. */
public final class WaylandErrorException extends WaylandException {
    private static final long serialVersionUID = 1L;

    private final String object;
    private final int code;

    WaylandErrorException(String object, int code, String message) {
        super("the compositor refused a request to " + object + ": " + message + " (code " + code + ")");
        this.object = object;
        this.code = code;
    }

    /** Interface and id, such as {@code wl_output@7}. */
    public String object() {
        return object;
    }

    /** The interface's own error number. */
    public int code() {
        return code;
    }
}
