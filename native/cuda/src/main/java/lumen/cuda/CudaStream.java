package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A queue of work on the GPU, in order, independent of the default stream. One thread at a time. */
public final class CudaStream implements AutoCloseable {
    private static final int NON_BLOCKING = 1;

    private final long handle;
    private final Wait.Ends idle = this::idle;
    private boolean closed;

    /** In the current context. */
    public CudaStream() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(8, 8);
            LibCuda.check("cuStreamCreate", (int) LibCuda.STREAM_CREATE.invokeExact(out, NON_BLOCKING));
            handle = out.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** {@code CUstream}. */
    public long handle() {
        return handle;
    }

    /** What is queued from now on waits for the event. */
    public void waitFor(CudaEvent event) {
        waitFor(event.handle());
    }

    /** @param event {@code CUevent} of whoever made it in this context */
    public void waitFor(long event) {
        try {
            LibCuda.check("cuStreamWaitEvent", (int) LibCuda.STREAM_WAIT_EVENT.invokeExact(handle, event, 0));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** The event is done when everything queued so far is. */
    public void record(CudaEvent event) {
        try {
            LibCuda.check("cuEventRecord", (int) LibCuda.EVENT_RECORD.invokeExact(event.handle(), handle));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** Queues a copy. Host memory that isn't pinned must stay as it is until the stream is idle. */
    public void copy(Copy2d copy) {
        try {
            LibCuda.check("cuMemcpy2DAsync", (int) LibCuda.MEMCPY_2D_ASYNC.invokeExact(copy.struct(), handle));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** Queues setting bytes of device memory. */
    public void fill(long pointer, byte value, long bytes) {
        try {
            // The parameter is an unsigned char; the ABI widens it.
            LibCuda.check("cuMemsetD8Async", (int) LibCuda.MEMSET_D8_ASYNC.invokeExact(pointer, (int) value & 0xff, bytes, handle));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** True if nothing is left to do. */
    public boolean idle() {
        try {
            return LibCuda.done("cuStreamQuery", (int) LibCuda.STREAM_QUERY.invokeExact(handle));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /**
     * Waits until nothing is left to do.
     *
     * @throws CudaException if that takes longer, or the work failed
     */
    public void await(long limitNanos) {
        Wait.until(idle, limitNanos, "work of a CUDA stream");
    }

    /** Work still queued is done first, by the driver. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            LibCuda.check("cuStreamDestroy", (int) LibCuda.STREAM_DESTROY.invokeExact(handle));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }
}
