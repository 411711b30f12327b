package lumen.core.session;

/** A /launch or /resume that can't be understood; the message is shown to the user verbatim. */
public final class LaunchException extends Exception {
    private static final long serialVersionUID = 1;

    public LaunchException(String message) {
        super(message);
    }

    /** XML status to answer with. */
    public int status() {
        return 400;
    }
}
