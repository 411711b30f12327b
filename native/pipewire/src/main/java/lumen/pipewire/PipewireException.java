package lumen.pipewire;

/** PipeWire is absent, can't be reached, has gone, or refused something. */
public final class PipewireException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PipewireException(String message) {
        super(message);
    }

    public PipewireException(String message, Throwable cause) {
        super(message, cause);
    }
}
