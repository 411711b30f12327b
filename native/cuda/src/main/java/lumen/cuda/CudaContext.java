package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One holder's share of a device's primary context. Any thread. */
public final class CudaContext implements AutoCloseable {
    /** Nothing of ours blocks in the driver; a thread of somebody else that does shall sleep, not spin. */
    private static final int SCHED_BLOCKING_SYNC = 4;

    private final CudaDevice device;
    private final long handle;
    private boolean closed;

    private CudaContext(CudaDevice device, long handle) {
        this.device = device;
        this.handle = handle;
    }

    static CudaContext retain(CudaDevice device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(8, 8);
            MemorySegment active = arena.allocate(8, 8);
            synchronized (CudaContext.class) {
                LibCuda.check("cuDevicePrimaryCtxGetState", (int) LibCuda.PRIMARY_CTX_GET_STATE.invokeExact(device.ordinal(), out, active));
                if (active.get(JAVA_INT, 0) == 0) {
                    LibCuda.check("cuDevicePrimaryCtxSetFlags",
                            (int) LibCuda.PRIMARY_CTX_SET_FLAGS.invokeExact(device.ordinal(), SCHED_BLOCKING_SYNC));
                }
                LibCuda.check("cuDevicePrimaryCtxRetain", (int) LibCuda.PRIMARY_CTX_RETAIN.invokeExact(out, device.ordinal()));
            }
            return new CudaContext(device, out.get(JAVA_LONG, 0));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    public CudaDevice device() {
        return device;
    }

    /** {@code CUcontext}, for libraries that share it. */
    public long handle() {
        return handle;
    }

    /** Makes it the calling thread's. Costs next to nothing if it is already. */
    public void makeCurrent() {
        try {
            LibCuda.check("cuCtxSetCurrent", (int) LibCuda.CTX_SET_CURRENT.invokeExact(handle));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** Bytes of device memory nobody uses, other processes included. */
    public long freeMemory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment free = arena.allocate(8, 8);
            MemorySegment total = arena.allocate(8, 8);
            LibCuda.check("cuMemGetInfo", (int) LibCuda.MEM_GET_INFO.invokeExact(free, total));
            return free.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** Gives this share up. What was made in the context must be closed before. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            LibCuda.check("cuDevicePrimaryCtxRelease", (int) LibCuda.PRIMARY_CTX_RELEASE.invokeExact(device.ordinal()));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }
}
