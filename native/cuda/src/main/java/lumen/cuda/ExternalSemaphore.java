package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.posix.Fd;

/** A semaphore of Vulkan, waited for and signalled by streams. One thread; the maker closes it. */
public final class ExternalSemaphore implements AutoCloseable {
    static final long SIZEOF_HANDLE_DESC = 96;
    static final long HANDLE_DESC_HANDLE = 8;
    static final long SIZEOF_PARAMS = 144;
    static final int TYPE_OPAQUE_FD = 1;
    static final int TYPE_TIMELINE_FD = 9;

    /** What was exported. */
    public enum Kind {
        /** Signalled and waited for in turn; its values mean nothing. */
        BINARY(TYPE_OPAQUE_FD),
        /** Counts up; the driver must know CUDA 11.2. */
        TIMELINE(TYPE_TIMELINE_FD);

        private final int type;

        Kind(int type) {
            this.type = type;
        }
    }

    private final Arena arena = Arena.ofShared();
    /** The handle, as an array of one. */
    private final MemorySegment handles = arena.allocate(8, 8);
    private final MemorySegment params = arena.allocate(SIZEOF_PARAMS, 8);
    private boolean closed;

    /**
     * A timeline semaphore, in the current context.
     *
     * @param fd taken over, whatever comes of it
     */
    public ExternalSemaphore(Fd fd) {
        this(fd, Kind.TIMELINE);
    }

    /**
     * In the current context.
     *
     * @param fd taken over, whatever comes of it
     */
    public ExternalSemaphore(Fd fd, Kind kind) {
        try (fd) {
            MemorySegment desc = arena.allocate(SIZEOF_HANDLE_DESC, 8);
            desc.set(JAVA_INT, 0, kind.type);
            OpaqueFd.hand("cuImportExternalSemaphore", LibCuda.IMPORT_EXTERNAL_SEMAPHORE, handles, desc, HANDLE_DESC_HANDLE, fd,
                    "a " + kind + " semaphore");
        } catch (Throwable t) {
            arena.close();
            throw LibCuda.rethrow(t);
        }
    }

    /** What is queued from now on waits for the value (a binary one: for the signal). */
    public void waitFor(CudaStream stream, long value) {
        params.set(JAVA_LONG, 0, value);
        try {
            LibCuda.check("cuWaitExternalSemaphoresAsync",
                    (int) LibCuda.WAIT_EXTERNAL_SEMAPHORES.invokeExact(handles, params, 1, stream.handle()));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** Gets the value (a binary one: is signalled) when everything queued so far is done. */
    public void signal(CudaStream stream, long value) {
        params.set(JAVA_LONG, 0, value);
        try {
            LibCuda.check("cuSignalExternalSemaphoresAsync",
                    (int) LibCuda.SIGNAL_EXTERNAL_SEMAPHORES.invokeExact(handles, params, 1, stream.handle()));
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
            LibCuda.check("cuDestroyExternalSemaphore", (int) LibCuda.DESTROY_EXTERNAL_SEMAPHORE.invokeExact(handles.get(JAVA_LONG, 0)));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        } finally {
            arena.close();
        }
    }
}
