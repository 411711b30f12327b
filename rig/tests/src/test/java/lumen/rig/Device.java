package lumen.rig;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/** A device node opened for reading and writing, with the calls that Java has not. */
final class Device implements AutoCloseable {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_VALUE = Linker.Option.captureStateLayout()
            .varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = call("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT), 2);
    private static final MethodHandle IOCTL = call("ioctl", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), 2);
    private static final MethodHandle WRITE = call("write", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS, ValueLayout.JAVA_LONG), -1);
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), -1);
    private static final int O_RDWR = 2;

    private final String name;
    private final int fd;

    private Device(String name, int fd) {
        this.name = name;
        this.fd = fd;
    }

    private static MethodHandle call(String function, FunctionDescriptor type, int firstVariadic) {
        MemorySegment address = LINKER.defaultLookup().findOrThrow(function);
        return firstVariadic < 0 ? LINKER.downcallHandle(address, type, ERRNO)
                : LINKER.downcallHandle(address, type, ERRNO, Linker.Option.firstVariadicArg(firstVariadic));
    }

    static Device open(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path.toString()), O_RDWR);
            if (fd < 0) {
                throw new IOException("open " + path + ": errno " + (int) ERRNO_VALUE.get(state, 0L));
            }
            return new Device(path.toString(), fd);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The call's result, which for some requests is a descriptor. */
    int ioctl(long request, long argument) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            int result = (int) IOCTL.invokeExact(state, fd, request, argument);
            if (result < 0) {
                throw new IOException("ioctl 0x%x of %s: errno %d".formatted(request, name, (int) ERRNO_VALUE.get(state, 0L)));
            }
            return result;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** One call for all bytes, as devices that take messages want it. */
    void write(MemorySegment bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            long written = (long) WRITE.invokeExact(state, fd, bytes, bytes.byteSize());
            if (written != bytes.byteSize()) {
                throw new IOException("write to " + name + ": " + written + ", errno " + (int) ERRNO_VALUE.get(state, 0L));
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try (Arena arena = Arena.ofConfined()) {
            int ignored = (int) CLOSE.invokeExact(arena.allocate(Linker.Option.captureStateLayout()), fd);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
