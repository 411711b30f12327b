package lumen.host.cli;

/** A command could not do what it was asked; the message is all the user needs. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }
}
