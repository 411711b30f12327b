package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Host memory that the device reads and writes without the driver's own copies. The maker closes it. */
public final class PinnedBuffer implements AutoCloseable {
    /** {@code CU_MEMHOSTALLOC_PORTABLE}: pinned for every context. */
    private static final int PORTABLE = 1;

    private final MemorySegment segment;
    private boolean closed;

    /** In the current context. */
    public PinnedBuffer(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(8, 8);
            LibCuda.check("cuMemHostAlloc", (int) LibCuda.MEM_HOST_ALLOC.invokeExact(out, bytes, PORTABLE));
            segment = MemorySegment.ofAddress(out.get(JAVA_LONG, 0)).reinterpret(bytes);
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** The memory, valid until {@link #close()}; reading it later ends the JVM. */
    public MemorySegment segment() {
        return segment;
    }

    public long address() {
        return segment.address();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            LibCuda.check("cuMemFreeHost", (int) LibCuda.MEM_FREE_HOST.invokeExact(segment.address()));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }
}
