package lumen.cuda;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of device memory its holders may take together; past it they get what a full device says. Any thread. */
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    private MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** The device's own limit only. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /** At most that many bytes. */
    public static MemoryBudget of(long bytes) {
        return new MemoryBudget(bytes);
    }

    /** @throws CudaException {@code CUDA_ERROR_OUT_OF_MEMORY} */
    void take(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(bytes + " bytes");
        }
        long now = taken.addAndGet(bytes);
        if (now > limit || now < 0) {
            taken.addAndGet(-bytes);
            throw new CudaException("a budget of " + limit + " bytes: CUDA_ERROR_OUT_OF_MEMORY", CudaException.OUT_OF_MEMORY);
        }
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** Bytes taken now. */
    public long taken() {
        return taken.get();
    }
}
