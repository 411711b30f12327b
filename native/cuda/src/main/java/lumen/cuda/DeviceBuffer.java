package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Rows in device memory, each beginning where the device likes it. The maker closes it. */
public final class DeviceBuffer implements AutoCloseable {
    private final MemoryBudget budget;
    private final long pointer;
    private final long pitch;
    private final long widthInBytes;
    private final long height;
    private boolean closed;

    private DeviceBuffer(MemoryBudget budget, long pointer, long pitch, long widthInBytes, long height) {
        this.budget = budget;
        this.pointer = pointer;
        this.pitch = pitch;
        this.widthInBytes = widthInBytes;
        this.height = height;
    }

    /**
     * Rows of a picture, in the current context.
     *
     * @throws CudaException if the device or the budget is used up
     */
    public static DeviceBuffer pitched(long widthInBytes, long height, MemoryBudget budget) {
        budget.take(widthInBytes * height);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(8, 8);
            MemorySegment pitch = arena.allocate(8, 8);
            LibCuda.check("cuMemAllocPitch", (int) LibCuda.MEM_ALLOC_PITCH.invokeExact(pointer, pitch, widthInBytes, height, 16));
            return new DeviceBuffer(budget, pointer.get(JAVA_LONG, 0), pitch.get(JAVA_LONG, 0), widthInBytes, height);
        } catch (Throwable t) {
            budget.give(widthInBytes * height);
            throw LibCuda.rethrow(t);
        }
    }

    /** Bytes in one row. */
    public static DeviceBuffer linear(long bytes, MemoryBudget budget) {
        budget.take(bytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(8, 8);
            LibCuda.check("cuMemAlloc", (int) LibCuda.MEM_ALLOC.invokeExact(pointer, bytes));
            return new DeviceBuffer(budget, pointer.get(JAVA_LONG, 0), bytes, bytes, 1);
        } catch (Throwable t) {
            budget.give(bytes);
            throw LibCuda.rethrow(t);
        }
    }

    /** {@code CUdeviceptr}. */
    public long pointer() {
        return pointer;
    }

    /** Bytes from one row to the next. */
    public long pitch() {
        return pitch;
    }

    /** Bytes of a row that count. */
    public long widthInBytes() {
        return widthInBytes;
    }

    public long height() {
        return height;
    }

    /** Work that uses it must have ended. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        budget.give(widthInBytes * height);
        try {
            LibCuda.check("cuMemFree", (int) LibCuda.MEM_FREE.invokeExact(pointer));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }
}
