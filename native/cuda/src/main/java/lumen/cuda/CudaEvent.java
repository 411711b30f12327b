package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A point in a stream. Any thread. */
public final class CudaEvent implements AutoCloseable {
    private static final int DISABLE_TIMING = 2;

    private final long handle;
    private final Wait.Ends done = this::done;
    private boolean closed;

    private CudaEvent(int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(8, 8);
            LibCuda.check("cuEventCreate", (int) LibCuda.EVENT_CREATE.invokeExact(out, flags));
            handle = out.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** In the current context; to wait for. */
    public static CudaEvent create() {
        return new CudaEvent(DISABLE_TIMING);
    }

    /** In the current context; tells the time between two of them. */
    public static CudaEvent timed() {
        return new CudaEvent(0);
    }

    /** {@code CUevent}. */
    public long handle() {
        return handle;
    }

    /** True if the work before it is done, or it was never recorded. */
    public boolean done() {
        try {
            return LibCuda.done("cuEventQuery", (int) LibCuda.EVENT_QUERY.invokeExact(handle));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** @throws CudaException if the work before it takes longer, or failed */
    public void await(long limitNanos) {
        Wait.until(done, limitNanos, "work before a CUDA event");
    }

    /** Nanoseconds between two done events made by {@link #timed()}, to about half a microsecond. */
    public long nanosSince(CudaEvent earlier) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment millis = arena.allocate(JAVA_FLOAT);
            LibCuda.check("cuEventElapsedTime", (int) LibCuda.EVENT_ELAPSED_TIME.invokeExact(millis, earlier.handle, handle));
            return (long) (millis.get(JAVA_FLOAT, 0) * 1e6);
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            LibCuda.check("cuEventDestroy", (int) LibCuda.EVENT_DESTROY.invokeExact(handle));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }
}
