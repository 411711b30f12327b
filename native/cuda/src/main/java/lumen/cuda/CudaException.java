package lumen.cuda;

/** A call to the CUDA driver failed, or there is no driver. */
public final class CudaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code CUDA_ERROR_OUT_OF_MEMORY}. */
    public static final int OUT_OF_MEMORY = 2;
    /** {@code CUDA_ERROR_NOT_READY}: of a wait that took too long. */
    static final int NOT_READY = 600;
    /** No code of CUDA's: the driver is missing or too old. */
    public static final int NONE = 0;

    private final int code;

    CudaException(String message, int code) {
        super(message);
        this.code = code;
    }

    CudaException(String message) {
        this(message, NONE);
    }

    /** {@code CUresult}, or {@link #NONE}. */
    public int code() {
        return code;
    }

    /** True if a wait reached its limit: the work may still run, and its memory must not be reused or freed. */
    public boolean timedOut() {
        return code == NOT_READY;
    }

    /** True if the device's memory, or the budget of it, is used up. */
    public boolean outOfMemory() {
        return code == OUT_OF_MEMORY;
    }
}
