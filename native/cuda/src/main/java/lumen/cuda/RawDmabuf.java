package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import lumen.posix.Fd;

/**
 * What the driver says to a dmabuf's own descriptor, given to {@code cuImportExternalMemory} as if it were an
 * {@code OPAQUE_FD} of Vulkan's. Only for a process that may be lost: what drivers do then is not theirs to promise.
 */
public final class RawDmabuf {
    /** {@code CU_MEM_RANGE_HANDLE_TYPE_DMA_BUF_FD}. */
    static final int RANGE_HANDLE_DMA_BUF_FD = 1;
    /** Whole pages, as the export wants it, and whole units of the device's own allocator. */
    private static final long BYTES = 4 << 20;

    private RawDmabuf() {
    }

    /**
     * What came of it.
     *
     * @param code  {@code CUresult}; 0: the driver took it
     * @param name  the code's, such as {@code CUDA_ERROR_UNKNOWN}
     * @param taken the descriptor isn't open any more: the driver has it, or closed it although it refused
     */
    public record Outcome(int code, String name, boolean taken) {
    }

    /**
     * Exports memory of the current context as a dmabuf, and tries to import that; nothing of it is left.
     *
     * @throws CudaException if there is no dmabuf to try with
     */
    public static Outcome tryImport() {
        try (DeviceBuffer memory = DeviceBuffer.linear(BYTES, MemoryBudget.unlimited()); Arena arena = Arena.ofConfined()) {
            MemorySegment description = ExternalMemory.describe(arena, BYTES, false);
            MemorySegment out = arena.allocate(8, 8);
            OpaqueFd.Answer answer = OpaqueFd.offer(LibCuda.IMPORT_EXTERNAL_MEMORY, out, description,
                    ExternalMemory.HANDLE_DESC_HANDLE, export(memory));
            if (answer.code() == 0) {
                LibCuda.check("cuDestroyExternalMemory", (int) LibCuda.DESTROY_EXTERNAL_MEMORY.invokeExact(out.get(JAVA_LONG, 0)));
            }
            return new Outcome(answer.code(), LibCuda.name(answer.code()), answer.taken());
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** Device memory as a dmabuf (driver 515 and newer); the caller closes it. */
    static Fd export(DeviceBuffer memory) throws Throwable {
        MethodHandle call = LibCuda.MEM_GET_HANDLE_FOR_ADDRESS_RANGE.orElseThrow(
                () -> new CudaException("the driver exports no dmabufs: it has no cuMemGetHandleForAddressRange"));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fd = arena.allocate(JAVA_INT);
            LibCuda.check("cuMemGetHandleForAddressRange", (int) call.invokeExact(fd, memory.pointer(),
                    memory.widthInBytes(), RANGE_HANDLE_DMA_BUF_FD, 0L));
            return Fd.own(fd.get(JAVA_INT, 0));
        }
    }
}
