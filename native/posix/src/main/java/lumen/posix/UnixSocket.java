package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A connected, non-blocking {@code AF_UNIX} stream socket that carries file descriptors
 * ({@code SCM_RIGHTS}). Confined to one thread at a time; {@link #send} and {@link #receive} allocate nothing.
 */
public final class UnixSocket implements AutoCloseable {
    /** Answer of {@link #send} and {@link #receive}: try again when poll says so. */
    public static final int WOULD_BLOCK = -1;
    /** Most descriptors in one message: what libwayland sends, well under the kernel's 253. */
    public static final int MAX_FDS = 28;
    /** Longest path of a socket in bytes: {@code sun_path} less its terminator. */
    public static final int MAX_PATH = 107;

    static final int AF_UNIX = 1;
    static final int SOCK_STREAM = 1;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOL_SOCKET = 1;
    static final int SCM_RIGHTS = 1;
    /** {@code linux/sockios.h}, the same as {@code TIOCOUTQ}. */
    static final int SIOCOUTQ = 0x5411;
    static final int MSG_CTRUNC = 8;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x4000_0000;

    // struct sockaddr_un
    static final long SUN_FAMILY = 0;
    static final long SUN_PATH = 2;
    static final long SIZEOF_SOCKADDR_UN = 110;
    // struct iovec
    static final long IOV_BASE = 0;
    static final long IOV_LEN = 8;
    static final long SIZEOF_IOVEC = 16;
    // struct msghdr
    static final long MSG_NAME = 0;
    static final long MSG_NAMELEN = 8;
    static final long MSG_IOV = 16;
    static final long MSG_IOVLEN = 24;
    static final long MSG_CONTROL = 32;
    static final long MSG_CONTROLLEN = 40;
    static final long MSG_FLAGS = 48;
    static final long SIZEOF_MSGHDR = 56;
    // struct cmsghdr; the data follows at once
    static final long CMSG_LEN = 0;
    static final long CMSG_LEVEL = 8;
    static final long CMSG_TYPE = 12;
    static final long SIZEOF_CMSGHDR = 16;

    private static final long CONTROL_CAPACITY = SIZEOF_CMSGHDR + MAX_FDS * 4L;

    private final Fd fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment header = arena.allocate(SIZEOF_MSGHDR, 8);
    private final MemorySegment vector = arena.allocate(SIZEOF_IOVEC, 8);
    private final MemorySegment control = arena.allocate(CONTROL_CAPACITY, 8);
    private final MemorySegment outstanding = arena.allocate(4, 4);
    private int received;

    private UnixSocket(int fd) {
        this.fd = Fd.own(fd);
        vector.fill((byte) 0);
        header.set(ValueLayout.JAVA_LONG, MSG_IOV, vector.address());
        header.set(ValueLayout.JAVA_LONG, MSG_IOVLEN, 1);
    }

    /** Takes over a connected socket, blocking or not. */
    public static UnixSocket own(int fd) {
        return new UnixSocket(fd);
    }

    /**
     * Connects to a listening socket.
     *
     * @throws PosixException {@code ENOENT} or {@code ECONNREFUSED} if nobody listens there
     */
    public static UnixSocket connect(Path path) {
        return connect(path.toString(), false);
    }

    /**
     * Connects to a socket of the abstract namespace.
     *
     * @param name without the zero in front
     */
    public static UnixSocket connectAbstract(String name) {
        return connect(name, true);
    }

    private static UnixSocket connect(String path, boolean isAbstract) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length > MAX_PATH) {
            throw new PosixException("socket path of " + name.length + " bytes, at most " + MAX_PATH + ": " + path,
                    Errno.EINVAL);
        }
        int fd = Syscalls.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) {
            throw Libc.failure("socket(AF_UNIX)", -fd);
        }
        UnixSocket socket = new UnixSocket(fd);
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment address = scratch.allocate(SIZEOF_SOCKADDR_UN, 8);
            address.set(ValueLayout.JAVA_SHORT, SUN_FAMILY, (short) AF_UNIX);
            // The length says where an abstract name ends; a path ends with its zero.
            int before = isAbstract ? 1 : 0;
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, SUN_PATH + before, name.length);
            int result = Syscalls.connect(fd, address.address(),
                    isAbstract ? (int) SUN_PATH + before + name.length : (int) SIZEOF_SOCKADDR_UN);
            if (result < 0) {
                socket.close();
                throw Libc.failure("connect to " + path, -result);
            }
        }
        return socket;
    }

    /** Two sockets connected with each other. */
    public static UnixSocket[] pair() {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment both = scratch.allocate(8, 4);
            int result = Syscalls.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, both.address());
            if (result < 0) {
                throw Libc.failure("socketpair", -result);
            }
            return new UnixSocket[] {new UnixSocket(both.get(ValueLayout.JAVA_INT, 0)),
                    new UnixSocket(both.get(ValueLayout.JAVA_INT, 4))};
        }
    }

    /** The descriptor, for polling. */
    public int fd() {
        return fd.value();
    }

    /**
     * Sends bytes, and descriptors with the first of them. The descriptors stay the caller's.
     *
     * @return bytes taken, or {@link #WOULD_BLOCK}; the descriptors went if at least one byte did
     * @throws PosixException {@code EPIPE} or {@code ECONNRESET} if the peer has gone
     */
    public int send(MemorySegment bytes, long offset, long length, int[] fds, int fdCount) {
        if (fdCount > MAX_FDS) {
            throw new IllegalArgumentException(fdCount + " descriptors in one message, at most " + MAX_FDS);
        }
        point(bytes, offset, length);
        if (fdCount > 0) {
            long controlLength = SIZEOF_CMSGHDR + fdCount * 4L;
            control.set(ValueLayout.JAVA_LONG, CMSG_LEN, controlLength);
            control.set(ValueLayout.JAVA_INT, CMSG_LEVEL, SOL_SOCKET);
            control.set(ValueLayout.JAVA_INT, CMSG_TYPE, SCM_RIGHTS);
            for (int i = 0; i < fdCount; i++) {
                control.set(ValueLayout.JAVA_INT, SIZEOF_CMSGHDR + i * 4L, fds[i]);
            }
            // msg_controllen counts the padding that CMSG_SPACE adds.
            offerControl((controlLength + 7) & ~7L);
        } else {
            offerControl(0);
        }
        long result;
        do {
            result = Syscalls.sendmsg(fd.value(), header.address(), MSG_NOSIGNAL | MSG_DONTWAIT);
        } while (result == -Errno.EINTR);
        if (result == -Errno.EAGAIN) {
            return WOULD_BLOCK;
        }
        if (result < 0) {
            throw Libc.failure("sendmsg", (int) -result);
        }
        return (int) result;
    }

    /**
     * Receives bytes and descriptors (close-on-exec), which the caller owns from then on; how many is
     * {@link #receivedFds()}, on an exception too.
     *
     * @param fds takes the descriptors; room for {@link #MAX_FDS} from {@code fdOffset} on
     * @return bytes, 0 if the peer has closed, or {@link #WOULD_BLOCK}
     */
    public int receive(MemorySegment bytes, long offset, long length, int[] fds, int fdOffset) {
        received = 0;
        point(bytes, offset, length);
        offerControl(CONTROL_CAPACITY);
        long result;
        do {
            result = Syscalls.recvmsg(fd.value(), header.address(), MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
        } while (result == -Errno.EINTR);
        if (result == -Errno.EAGAIN) {
            return WOULD_BLOCK;
        }
        if (result < 0) {
            throw Libc.failure("recvmsg", (int) -result);
        }
        takeFds(fds, fdOffset);
        if ((header.get(ValueLayout.JAVA_INT, MSG_FLAGS) & MSG_CTRUNC) != 0) {
            throw new PosixException("recvmsg: more descriptors than " + MAX_FDS + " in one message", Errno.EINVAL);
        }
        return (int) result;
    }

    private void takeFds(int[] fds, int fdOffset) {
        long end = header.get(ValueLayout.JAVA_LONG, MSG_CONTROLLEN);
        long at = 0;
        while (at + SIZEOF_CMSGHDR <= end) {
            long length = control.get(ValueLayout.JAVA_LONG, at + CMSG_LEN);
            if (length < SIZEOF_CMSGHDR || at + length > end) {
                break;
            }
            if (control.get(ValueLayout.JAVA_INT, at + CMSG_LEVEL) == SOL_SOCKET
                    && control.get(ValueLayout.JAVA_INT, at + CMSG_TYPE) == SCM_RIGHTS) {
                for (long p = at + SIZEOF_CMSGHDR; p + 4 <= at + length; p += 4) {
                    fds[fdOffset + received++] = control.get(ValueLayout.JAVA_INT, p);
                }
            }
            at += (length + 7) & ~7L;
        }
    }

    /**
     * Bytes that were sent and that the peer has not read yet, with the kernel's own for each {@link #send}: some 700
     * ({@code SIOCOUTQ}).
     */
    public int unread() {
        int result = Syscalls.ioctl(fd.value(), SIOCOUTQ, outstanding.address());
        if (result < 0) {
            throw Libc.failure("SIOCOUTQ", -result);
        }
        return outstanding.get(ValueLayout.JAVA_INT, 0);
    }

    /** Descriptors that came with the last {@link #receive}. */
    public int receivedFds() {
        return received;
    }

    private void point(MemorySegment bytes, long offset, long length) {
        if (!bytes.isNative() || offset < 0 || length < 0 || offset + length > bytes.byteSize()) {
            throw new IndexOutOfBoundsException(offset + " + " + length + " of " + bytes.byteSize() + " native bytes");
        }
        vector.set(ValueLayout.JAVA_LONG, IOV_BASE, bytes.address() + offset);
        vector.set(ValueLayout.JAVA_LONG, IOV_LEN, length);
    }

    private void offerControl(long length) {
        header.set(ValueLayout.JAVA_LONG, MSG_CONTROL, length == 0 ? 0 : control.address());
        header.set(ValueLayout.JAVA_LONG, MSG_CONTROLLEN, length);
        header.set(ValueLayout.JAVA_INT, MSG_FLAGS, 0);
    }

    @Override
    public void close() {
        fd.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
