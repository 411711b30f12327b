package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A picture of 4 bytes a pixel in the device's own order, as the mapped textures of {@link GlImage} are. The maker closes it. */
public final class CudaArray implements AutoCloseable {
    /** {@code CUDA_ARRAY_DESCRIPTOR}. */
    static final long SIZEOF = 24;
    static final long WIDTH = 0;
    static final long HEIGHT = 8;
    static final long FORMAT = 16;
    static final long NUM_CHANNELS = 20;
    static final int FORMAT_UNSIGNED_INT8 = 1;
    private static final int CHANNELS = 4;

    private final MemoryBudget budget;
    private final long bytes;
    private final long handle;
    private boolean closed;

    /**
     * In the current context; sizes in pixels.
     *
     * @throws CudaException if the device or the budget is used up
     */
    public CudaArray(int width, int height, MemoryBudget budget) {
        this.budget = budget;
        bytes = (long) CHANNELS * width * height;
        budget.take(bytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(8, 8);
            MemorySegment descriptor = arena.allocate(SIZEOF, 8);
            descriptor.set(JAVA_LONG, WIDTH, width);
            descriptor.set(JAVA_LONG, HEIGHT, height);
            descriptor.set(JAVA_INT, FORMAT, FORMAT_UNSIGNED_INT8);
            descriptor.set(JAVA_INT, NUM_CHANNELS, CHANNELS);
            LibCuda.check("cuArrayCreate", (int) LibCuda.ARRAY_CREATE.invokeExact(out, descriptor));
            handle = out.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            budget.give(bytes);
            throw LibCuda.rethrow(t);
        }
    }

    /** {@code CUarray}. */
    public long handle() {
        return handle;
    }

    /** Work that uses it must have ended. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        budget.give(bytes);
        try {
            LibCuda.check("cuArrayDestroy", (int) LibCuda.ARRAY_DESTROY.invokeExact(handle));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }
}
