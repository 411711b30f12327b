package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor with one owner, closed exactly once however often {@link #close()} is called: a second
 * {@code close(2)} could end a stranger's descriptor of the same number.
 */
public final class Fd implements AutoCloseable {
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int SEEK_END = 2;
    /** {@code asm-generic/fcntl.h}; the same on x86-64 and AArch64. */
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x8_0000;
    /** {@code linux/magic.h}. */
    static final long DMA_BUF_MAGIC = 0x444D_4142;
    private static final int CLOSED = -1;

    private final AtomicInteger value;

    private Fd(int value) {
        this.value = new AtomicInteger(value);
    }

    /** Takes over a descriptor: from now on this object closes it. */
    public static Fd own(int fd) {
        if (fd < 0) {
            throw new IllegalArgumentException("not a file descriptor: " + fd);
        }
        return new Fd(fd);
    }

    /**
     * Opens a file or device that is there for reading and writing, close-on-exec.
     *
     * @throws PosixException naming the path
     */
    public static Fd open(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            int fd = Syscalls.open(arena.allocateFrom(path.toString()).address(), O_RDWR | O_CLOEXEC, 0);
            if (fd < 0) {
                throw Libc.failure("open of " + path, -fd);
            }
            return new Fd(fd);
        }
    }

    /** A new descriptor (close-on-exec) of the same open file as a descriptor that somebody else owns. */
    public static Fd duplicateOf(int fd) {
        int copy = Syscalls.fcntl(fd, F_DUPFD_CLOEXEC, 0);
        if (copy < 0) {
            throw Libc.failure("dup of file descriptor " + fd, -copy);
        }
        return new Fd(copy);
    }

    /**
     * The number, for calls made while the owner keeps this open.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    public int value() {
        int fd = value.get();
        if (fd == CLOSED) {
            throw new IllegalStateException("the file descriptor is closed");
        }
        return fd;
    }

    /** Hands the descriptor on: this object forgets it, and whoever gets the number closes it. */
    public int release() {
        int fd = value.getAndSet(CLOSED);
        if (fd == CLOSED) {
            throw new IllegalStateException("the file descriptor is closed");
        }
        return fd;
    }

    /**
     * Bytes in the file behind a descriptor. A dmabuf of an old kernel says 0 to {@code fstat} and the
     * truth to {@code lseek}, which moves only an offset that nobody uses.
     */
    public static long sizeOf(int fd) {
        long size = Stat.size(fd);
        if (size == 0) {
            long end = Syscalls.lseek(fd, 0, SEEK_END);
            return Math.max(end, 0);
        }
        return size;
    }

    /** True if a descriptor is a dmabuf's. Kernels before 5.3 had no way to tell: there it is false. */
    public static boolean isDmabuf(int fd) {
        return Stat.filesystem(fd) == DMA_BUF_MAGIC;
    }

    /** True if two descriptors lead to one file, such as two planes of one dmabuf. */
    public static boolean sameFile(int fd, int other) {
        return fd == other || Stat.same(fd, other);
    }

    /**
     * True if two descriptors share one open file description ({@code open(2)}): one is a duplicate of the other. Unlike
     * {@link #sameFile} it tells two openings of one device apart. False if either is closed, or the kernel won't say.
     */
    public static boolean sameDescription(int fd, int other) {
        return Syscalls.kcmpFile(ProcessHandle.current().pid(), fd, other) == 0;
    }

    /**
     * The first {@code length} bytes of the file behind a descriptor, wherever its offset stands. Unlike a mapping this
     * survives an owner who cuts the file short meanwhile.
     *
     * @throws PosixException if the file is shorter ({@code EINVAL}) or can't be read
     */
    public static byte[] contents(int fd, int length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(Math.max(1, length));
            long done = 0;
            while (done < length) {
                long n = Syscalls.pread(fd, bytes.address() + done, length - done, done);
                if (n < 0 && n != -Errno.EINTR) {
                    throw Libc.failure("pread", (int) -n);
                }
                if (n == 0) {
                    throw new PosixException("a file ends after " + done + " of " + length + " bytes", Errno.EINVAL);
                }
                done += Math.max(0, n);
            }
            return bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Idempotent; any thread. */
    @Override
    public void close() {
        int fd = value.getAndSet(CLOSED);
        if (fd != CLOSED) {
            // Whatever close(2) answers, the descriptor is gone: Linux frees it before it can fail.
            Syscalls.close(fd);
        }
    }

    @Override
    public String toString() {
        return "fd " + value.get();
    }
}
