package lumen.host.state;

/** The state folder can't be used. The message is for the user. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateException(String message) {
        super(message);
    }
}
