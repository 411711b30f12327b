package lumen.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Kernels, compiled by the driver from PTX (20 to 80 ms the first time, 0.1 ms from its cache). The maker closes it. */
public final class CudaModule implements AutoCloseable {
    private static final int JIT_ERROR_LOG_BUFFER = 5;
    private static final int JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6;
    private static final int LOG_BYTES = 4096;

    private final long handle;
    private boolean closed;

    /**
     * Compiles, in the current context.
     *
     * @param ptx text
     * @throws CudaException with the compiler's words, if it refuses
     */
    public CudaModule(String ptx) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(8, 8);
            MemorySegment log = arena.allocate(LOG_BYTES);
            MemorySegment options = arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_INT, JIT_ERROR_LOG_BUFFER,
                    JIT_ERROR_LOG_BUFFER_SIZE_BYTES);
            MemorySegment values = arena.allocate(16, 8);
            values.set(ADDRESS, 0, log);
            values.set(JAVA_LONG, 8, LOG_BYTES - 1L);
            int result = (int) LibCuda.MODULE_LOAD_DATA_EX.invokeExact(out, arena.allocateFrom(ptx), 2, options, values);
            if (result != 0) {
                String words = log.getString(0).strip();
                throw new CudaException(LibCuda.failure("cuModuleLoadDataEx", result).getMessage() + (words.isEmpty() ? "" : "; " + words), result);
            }
            handle = out.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** @throws CudaException if the module has no such kernel */
    public CudaKernel kernel(String name, int... parameterBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(8, 8);
            LibCuda.check("cuModuleGetFunction " + name,
                    (int) LibCuda.MODULE_GET_FUNCTION.invokeExact(out, handle, arena.allocateFrom(name)));
            return new CudaKernel(out.get(JAVA_LONG, 0), parameterBytes);
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
            LibCuda.check("cuModuleUnload", (int) LibCuda.MODULE_UNLOAD.invokeExact(handle));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }
}
