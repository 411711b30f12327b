package lumen.posix;

/** A system call failed. */
public final class PosixException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    PosixException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    /** The error number, as in {@code errno.h}. */
    public int errno() {
        return errno;
    }
}
