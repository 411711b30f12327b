package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Handles to functions of the C library. A function that reports errors by {@code errno} is bound with
 * {@link #withErrno}: its handle takes a capture segment first, normally {@link #errnoSegment()}, which
 * {@link #errno()} reads afterwards on the same thread.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    /** One capture segment a thread: no allocation per call. Freed with the thread's last reference. */
    private static final ThreadLocal<MemorySegment> CAPTURED =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURE));
    private static final MethodHandle STRERROR = plain("strerror",
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private Libc() {
    }

    /** A function that doesn't set {@code errno}. */
    static MethodHandle plain(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /** A function whose handle takes {@link #errnoSegment()} as its first argument. */
    static MethodHandle withErrno(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 1, options.length);
        all[0] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, all);
    }

    static MemorySegment errnoSegment() {
        return CAPTURED.get();
    }

    /** {@code errno} of the last call on this thread that was given {@link #errnoSegment()}. */
    static int errno() {
        return (int) ERRNO.get(CAPTURED.get(), 0L);
    }

    /** An exception that names the call, the number and its text. */
    static PosixException failure(String call) {
        return failure(call, errno());
    }

    static PosixException failure(String call, int errno) {
        String text;
        try {
            MemorySegment message = (MemorySegment) STRERROR.invokeExact(errno);
            text = message.reinterpret(256).getString(0);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
        return new PosixException(call + ": " + text + " (errno " + errno + ")", errno);
    }
}
