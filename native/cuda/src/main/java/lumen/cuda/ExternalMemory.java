package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.posix.Fd;

/** Memory of another API, exported as {@code OPAQUE_FD}, as one CUDA buffer. The maker closes it. */
public final class ExternalMemory implements AutoCloseable {
    static final long SIZEOF_HANDLE_DESC = 104;
    static final long HANDLE_DESC_HANDLE = 8;
    static final long HANDLE_DESC_SIZE = 24;
    static final long HANDLE_DESC_FLAGS = 32;
    static final long SIZEOF_BUFFER_DESC = 88;
    static final long BUFFER_DESC_SIZE = 8;
    static final int TYPE_OPAQUE_FD = 1;
    static final int DEDICATED = 1;

    private final long handle;
    private final long pointer;
    private boolean closed;

    private ExternalMemory(long handle, long pointer) {
        this.handle = handle;
        this.pointer = pointer;
    }

    /**
     * Imports and maps all of it, in the current context. Only what Vulkan (or CUDA) exported as {@code OPAQUE_FD} of the
     * same device: a dmabuf is refused by every driver seen.
     *
     * @param fd        taken over, whatever comes of it: CUDA closes it on some failures (driver 580, measured), this on the others
     * @param bytes     size of the exported allocation
     * @param dedicated the allocation was made for one buffer or image
     * @throws CudaException if CUDA refuses
     */
    public static ExternalMemory importOpaque(Fd fd, long bytes, boolean dedicated) {
        try (fd; Arena arena = Arena.ofConfined()) {
            MemorySegment desc = describe(arena, bytes, dedicated);
            MemorySegment out = arena.allocate(8, 8);
            OpaqueFd.hand("cuImportExternalMemory", LibCuda.IMPORT_EXTERNAL_MEMORY, out, desc, HANDLE_DESC_HANDLE, fd,
                    "an OPAQUE_FD of " + bytes + " bytes");
            long handle = out.get(JAVA_LONG, 0);
            MemorySegment buffer = arena.allocate(SIZEOF_BUFFER_DESC, 8);
            buffer.set(JAVA_LONG, BUFFER_DESC_SIZE, bytes);
            int mapped = (int) LibCuda.EXTERNAL_MEMORY_GET_MAPPED_BUFFER.invokeExact(out, handle, buffer);
            if (mapped != 0) {
                int ignored = (int) LibCuda.DESTROY_EXTERNAL_MEMORY.invokeExact(handle);
                throw LibCuda.failure("cuExternalMemoryGetMappedBuffer", mapped);
            }
            return new ExternalMemory(handle, out.get(JAVA_LONG, 0));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** {@code CUDA_EXTERNAL_MEMORY_HANDLE_DESC} of an {@code OPAQUE_FD}, without the descriptor's number. */
    static MemorySegment describe(Arena arena, long bytes, boolean dedicated) {
        MemorySegment desc = arena.allocate(SIZEOF_HANDLE_DESC, 8);
        desc.set(JAVA_INT, 0, TYPE_OPAQUE_FD);
        desc.set(JAVA_LONG, HANDLE_DESC_SIZE, bytes);
        desc.set(JAVA_INT, HANDLE_DESC_FLAGS, dedicated ? DEDICATED : 0);
        return desc;
    }

    /** {@code CUdeviceptr} of its first byte. */
    public long pointer() {
        return pointer;
    }

    /** Before the exporting API frees the memory; work that uses it must have ended. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            int freed = (int) LibCuda.MEM_FREE.invokeExact(pointer);
            LibCuda.check("cuDestroyExternalMemory", (int) LibCuda.DESTROY_EXTERNAL_MEMORY.invokeExact(handle));
            LibCuda.check("cuMemFree", freed);
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }
}
