package lumen.host.plugin;

/** No backend of some kind is left. The message says why, for the user. */
public final class SelectionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SelectionException(String message) {
        super(message);
    }
}
