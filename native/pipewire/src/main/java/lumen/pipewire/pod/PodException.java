package lumen.pipewire.pod;

/** A pod is cut short, lies about a size, or is of another type than it should be. */
public final class PodException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PodException(String message) {
        super(message);
    }
}
