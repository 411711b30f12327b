package lumen.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * An unconnected UDP socket, for IPv6 and IPv4 alike where the kernel has IPv6. Each sending thread takes
 * its own {@link #sender()}, the receiving thread the {@link #receiver}; both must have ended before
 * {@link #close()}.
 */
public final class UdpSocket implements AutoCloseable {
    private static final MethodHandle SOCKET = Libc.withErrno("socket",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND = Libc.withErrno("bind",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKNAME = Libc.withErrno("getsockname",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT = Libc.withErrno("setsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE = Libc.withErrno("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final int fd;
    private final short family;
    private final UdpEndpoint local;
    private boolean closed;

    private UdpSocket(int fd, short family, UdpEndpoint local) {
        this.fd = fd;
        this.family = family;
        this.local = local;
    }

    /**
     * Binds a socket.
     *
     * @param address the wildcard address takes IPv4 and IPv6; port 0 takes any free port
     * @throws PosixException {@code EADDRINUSE} (98) if the port is taken
     */
    public static UdpSocket bind(InetSocketAddress address) {
        UdpEndpoint endpoint = UdpEndpoint.of(address);
        short family = SocketAddressLayout.AF_INET6;
        int fd = open(family);
        if (fd < 0 && (Libc.errno() == UdpMessageLayout.EAFNOSUPPORT || Libc.errno() == UdpMessageLayout.EPROTONOSUPPORT)) {
            family = SocketAddressLayout.AF_INET;
            fd = open(family);
        }
        if (fd < 0) {
            throw Libc.failure("socket(AF_INET6, SOCK_DGRAM)");
        }
        try (Arena arena = Arena.ofConfined()) {
            boolean six = family == SocketAddressLayout.AF_INET6;
            if (six) {
                option(fd, UdpMessageLayout.SOL_IPV6, UdpMessageLayout.IPV6_V6ONLY, 0, "IPV6_V6ONLY");
                option(fd, UdpMessageLayout.SOL_IPV6, UdpMessageLayout.IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
            } else {
                option(fd, UdpMessageLayout.SOL_IP, UdpMessageLayout.IP_PKTINFO, 1, "IP_PKTINFO");
            }
            boolean any = endpoint.isWildcard();
            MemorySegment name = arena.allocate(SocketAddressLayout.IN6_LENGTH, 8);
            int length = SocketAddressLayout.write(name, family, any ? 0 : endpoint.high(),
                    any ? six ? 0 : UdpEndpoint.MAPPED_PREFIX : endpoint.low(), endpoint.port(), endpoint.scope());
            if (length < 0) {
                throw Libc.failure("bind to " + endpoint + " without IPv6", UdpMessageLayout.EAFNOSUPPORT);
            }
            if ((int) BIND.invokeExact(Libc.errnoSegment(), fd, name, length) < 0) {
                throw Libc.failure("bind UDP " + endpoint);
            }
            MemorySegment size = arena.allocate(JAVA_INT);
            size.set(JAVA_INT, 0, (int) name.byteSize());
            if ((int) GETSOCKNAME.invokeExact(Libc.errnoSegment(), fd, name, size) < 0) {
                throw Libc.failure("getsockname");
            }
            return new UdpSocket(fd, family, new UdpEndpoint(SocketAddressLayout.high(name), SocketAddressLayout.low(name),
                    SocketAddressLayout.port(name), SocketAddressLayout.scope(name)));
        } catch (PosixException e) {
            closeDescriptor(fd);
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private static int open(short family) {
        try {
            return (int) SOCKET.invokeExact(Libc.errnoSegment(), (int) family,
                    UdpMessageLayout.SOCK_DGRAM | UdpMessageLayout.SOCK_CLOEXEC, 0);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** The address this socket is bound to, with the port the kernel chose. */
    public UdpEndpoint local() {
        return local;
    }

    /** Kernel buffers in bytes; the kernel may grant less ({@code net.core.wmem_max}, {@code rmem_max}). */
    public void buffers(int sendBytes, int receiveBytes) {
        option(fd, UdpMessageLayout.SOL_SOCKET, UdpMessageLayout.SO_SNDBUF, sendBytes, "SO_SNDBUF");
        option(fd, UdpMessageLayout.SOL_SOCKET, UdpMessageLayout.SO_RCVBUF, receiveBytes, "SO_RCVBUF");
    }

    /**
     * Marks everything sent.
     *
     * @param dscp     differentiated services code point, 0 to 63
     * @param priority queueing priority on this machine, 0 to 6
     */
    public void trafficClass(int dscp, int priority) {
        option(fd, UdpMessageLayout.SOL_IP, UdpMessageLayout.IP_TOS, dscp << 2, "IP_TOS");
        if (family == SocketAddressLayout.AF_INET6) {
            option(fd, UdpMessageLayout.SOL_IPV6, UdpMessageLayout.IPV6_TCLASS, dscp << 2, "IPV6_TCLASS");
        }
        option(fd, UdpMessageLayout.SOL_SOCKET, UdpMessageLayout.SO_PRIORITY, priority, "SO_PRIORITY");
    }

    /** A sender of its own for one thread; the caller closes it. */
    public UdpSender sender() {
        return new UdpSender(fd, family);
    }

    /**
     * The receiver, for one thread; the caller closes it.
     *
     * @param datagramLength longest datagram of interest in bytes; longer ones are cut and counted
     */
    public UdpReceiver receiver(int datagramLength) {
        return new UdpReceiver(fd, datagramLength);
    }

    /** An address and port of this machine's loopback with this socket's port, for tests and the client. */
    public InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), local.port());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closeDescriptor(fd);
        }
    }

    private static void option(int fd, int level, int name, int value, String text) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment v = arena.allocateFrom(JAVA_INT, value);
            if ((int) SETSOCKOPT.invokeExact(Libc.errnoSegment(), fd, level, name, v, 4) < 0) {
                throw Libc.failure("setsockopt " + text + " " + value);
            }
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    static void closeDescriptor(int fd) {
        try {
            // EINTR and EIO of close() leave nothing to be done: the descriptor is gone on Linux.
            int ignored = (int) CLOSE.invokeExact(Libc.errnoSegment(), fd);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
