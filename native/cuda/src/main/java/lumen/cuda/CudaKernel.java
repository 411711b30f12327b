package lumen.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A kernel with its parameters, set one by one and kept from launch to launch. One thread; valid as long as its module. */
public final class CudaKernel implements AutoCloseable {
    private final long function;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment values;
    /** Where each parameter lies. */
    private final MemorySegment pointers;
    private final int count;

    CudaKernel(long function, int... parameterBytes) {
        this.function = function;
        count = parameterBytes.length;
        values = arena.allocate(Math.max(8, 8L * count), 8);
        pointers = arena.allocate(Math.max(8, 8L * count), 8);
        for (int i = 0; i < count; i++) {
            if (parameterBytes[i] != 4 && parameterBytes[i] != 8) {
                throw new IllegalArgumentException("a parameter of " + parameterBytes[i] + " bytes");
            }
            pointers.setAtIndex(ADDRESS, i, values.asSlice(8L * i, 8));
        }
    }

    /** Sets a parameter of 8 bytes. */
    public CudaKernel set(int index, long value) {
        values.setAtIndex(JAVA_LONG, index, value);
        return this;
    }

    /** Sets a parameter of 4 bytes. */
    public CudaKernel set(int index, int value) {
        values.set(JAVA_INT, 8L * index, value);
        return this;
    }

    /** Queues it; blocks of {@code blockX × blockY} threads cover at least {@code threadsX × threadsY}. */
    public void launch(CudaStream stream, int threadsX, int threadsY, int blockX, int blockY) {
        try {
            LibCuda.check("cuLaunchKernel", (int) LibCuda.LAUNCH_KERNEL.invokeExact(function, (threadsX + blockX - 1) / blockX,
                    (threadsY + blockY - 1) / blockY, 1, blockX, blockY, 1, 0, stream.handle(), pointers, MemorySegment.NULL));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
