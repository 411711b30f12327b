package lumen.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * The system calls themselves. Each answers the call's result, or {@code -errno}. Addresses are plain
 * numbers: passing a segment costs an object in code that isn't compiled yet.
 */
final class Syscalls {
    private static final MethodHandle OPEN = variadic("open", 2, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = bind("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle FCNTL = variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle IOCTL = variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle READ = bind("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PREAD = bind("pread", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WRITE = bind("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MEMFD_CREATE = bind("memfd_create", JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FTRUNCATE = bind("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FSTAT = bind("fstat", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle FSTATFS = bind("fstatfs", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle CLOCK_GETTIME = bind("clock_gettime", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle LSEEK = bind("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle MMAP =
            bind("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = bind("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EVENTFD = bind("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle POLL = bind("poll", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SOCKET = bind("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SOCKETPAIR =
            bind("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle CONNECT = bind("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SENDMSG = bind("sendmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECVMSG = bind("recvmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SETENV = bind("setenv", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETENV = bind("getenv", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SYSCALL =
            variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    /** The C library has no function for it. */
    private static final long SYS_KCMP = System.getProperty("os.arch").equals("aarch64") ? 272 : 312;
    private static final long KCMP_FILE = 0;
    private static final MethodHandle GETUID = bind("getuid", JAVA_INT);

    private Syscalls() {
    }

    private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
        return Libc.withErrno(name, FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle variadic(String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
        return Libc.withErrno(name, FunctionDescriptor.of(result, arguments), Linker.Option.firstVariadicArg(fixed));
    }

    private static int orErrno(int result) {
        return result < 0 ? -Libc.errno() : result;
    }

    private static long orErrno(long result) {
        return result < 0 ? -Libc.errno() : result;
    }

    static int open(long path, int flags, int mode) {
        try {
            return orErrno((int) OPEN.invokeExact(Libc.errnoSegment(), path, flags, mode));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int close(int fd) {
        try {
            return orErrno((int) CLOSE.invokeExact(Libc.errnoSegment(), fd));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** 0: one open file description; 1 to 3: two. */
    static long kcmpFile(long pid, long fd, long other) {
        try {
            return orErrno((long) SYSCALL.invokeExact(Libc.errnoSegment(), SYS_KCMP, pid, pid, KCMP_FILE, fd, other));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int fcntl(int fd, int command, long argument) {
        try {
            return orErrno((int) FCNTL.invokeExact(Libc.errnoSegment(), fd, command, argument));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int ioctl(int fd, long request, long argument) {
        try {
            return orErrno((int) IOCTL.invokeExact(Libc.errnoSegment(), fd, request, argument));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static long read(int fd, long address, long length) {
        try {
            return orErrno((long) READ.invokeExact(Libc.errnoSegment(), fd, address, length));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static long pread(int fd, long address, long length, long offset) {
        try {
            return orErrno((long) PREAD.invokeExact(Libc.errnoSegment(), fd, address, length, offset));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static long write(int fd, long address, long length) {
        try {
            return orErrno((long) WRITE.invokeExact(Libc.errnoSegment(), fd, address, length));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int memfdCreate(long name, int flags) {
        try {
            return orErrno((int) MEMFD_CREATE.invokeExact(Libc.errnoSegment(), name, flags));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int ftruncate(int fd, long size) {
        try {
            return orErrno((int) FTRUNCATE.invokeExact(Libc.errnoSegment(), fd, size));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int fstat(int fd, long stat) {
        try {
            return orErrno((int) FSTAT.invokeExact(Libc.errnoSegment(), fd, stat));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int fstatfs(int fd, long statfs) {
        try {
            return orErrno((int) FSTATFS.invokeExact(Libc.errnoSegment(), fd, statfs));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int clockGettime(int clock, long timespec) {
        try {
            return orErrno((int) CLOCK_GETTIME.invokeExact(Libc.errnoSegment(), clock, timespec));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static long lseek(int fd, long offset, int whence) {
        try {
            return orErrno((long) LSEEK.invokeExact(Libc.errnoSegment(), fd, offset, whence));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** The address, or {@code -errno}; user addresses are never negative on 64-bit Linux. */
    static long mmap(long length, int protection, int flags, int fd, long offset) {
        try {
            return orErrno((long) MMAP.invokeExact(Libc.errnoSegment(), 0L, length, protection, flags, fd, offset));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int munmap(long address, long length) {
        try {
            return orErrno((int) MUNMAP.invokeExact(Libc.errnoSegment(), address, length));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int eventfd(int initial, int flags) {
        try {
            return orErrno((int) EVENTFD.invokeExact(Libc.errnoSegment(), initial, flags));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int poll(long fds, long count, int timeoutMillis) {
        try {
            return orErrno((int) POLL.invokeExact(Libc.errnoSegment(), fds, count, timeoutMillis));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int socket(int domain, int type, int protocol) {
        try {
            return orErrno((int) SOCKET.invokeExact(Libc.errnoSegment(), domain, type, protocol));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int socketpair(int domain, int type, int protocol, long into) {
        try {
            return orErrno((int) SOCKETPAIR.invokeExact(Libc.errnoSegment(), domain, type, protocol, into));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int connect(int fd, long address, int length) {
        try {
            return orErrno((int) CONNECT.invokeExact(Libc.errnoSegment(), fd, address, length));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static long sendmsg(int fd, long message, int flags) {
        try {
            return orErrno((long) SENDMSG.invokeExact(Libc.errnoSegment(), fd, message, flags));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static long recvmsg(int fd, long message, int flags) {
        try {
            return orErrno((long) RECVMSG.invokeExact(Libc.errnoSegment(), fd, message, flags));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int setenv(long name, long value, int overwrite) {
        try {
            return orErrno((int) SETENV.invokeExact(Libc.errnoSegment(), name, value, overwrite));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** The address of the value, or 0. */
    static long getenv(long name) {
        try {
            return (long) GETENV.invokeExact(Libc.errnoSegment(), name);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static int getuid() {
        try {
            return (int) GETUID.invokeExact(Libc.errnoSegment());
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
