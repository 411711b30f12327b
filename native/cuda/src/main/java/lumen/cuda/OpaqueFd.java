package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import lumen.posix.Fd;

/**
 * Hands a descriptor to an import. CUDA keeps or closes it when it succeeds, closes it on some failures and leaves it open on
 * others. Which, only a duplicate tells: closing a number twice could end a stranger's descriptor.
 */
final class OpaqueFd {
    private OpaqueFd() {
    }

    /**
     * What an import answered.
     *
     * @param code  {@code CUresult}
     * @param taken CUDA has the descriptor or has closed it, even if it refused
     */
    record Answer(int code, boolean taken) {
    }

    /**
     * Calls {@code handle(out, description)}; no descriptor is left to the caller afterwards, whatever comes of it.
     *
     * @param at where the number belongs in the description
     * @throws CudaException naming the call and what kind of thing was imported
     */
    static void hand(String call, MethodHandle handle, MemorySegment out, MemorySegment description, long at, Fd fd, String what)
            throws Throwable {
        int result = offer(handle, out, description, at, fd).code();
        if (result != 0) {
            throw new CudaException(LibCuda.failure(call, result).getMessage() + ", " + what, result);
        }
    }

    /** The same, with a refusal as an answer. */
    static Answer offer(MethodHandle handle, MemorySegment out, MemorySegment description, long at, Fd fd) throws Throwable {
        try (fd; Fd witness = Fd.duplicateOf(fd.value())) {
            int number = fd.value();
            description.set(JAVA_INT, at, number);
            int result = (int) handle.invokeExact(out, description);
            boolean taken = result == 0 || !Fd.sameDescription(number, witness.value());
            if (taken) {
                fd.release();
            }
            return new Answer(result, taken);
        }
    }
}
