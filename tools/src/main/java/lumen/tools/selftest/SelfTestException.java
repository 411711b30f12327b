package lumen.tools.selftest;

/** A stage of the self-test did not come about; the message is for a person. */
final class SelfTestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SelfTestException(String message) {
        super(message);
    }

    SelfTestException(String message, Throwable cause) {
        super(message, cause);
    }
}
