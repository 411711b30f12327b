package lumen.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Receives datagrams in batches of up to 32, with the address each came from and the local address it came
 * to. Confined to one thread, but for {@link #wake()}; allocates nothing per call.
 */
public final class UdpReceiver implements AutoCloseable {
    /** Most datagrams of one call. */
    public static final int BATCH = 32;

    private static final int CONTROL_SPACE = 128;
    private static final int NAME_SPACE = 32;
    private static final MethodHandle RECVMMSG = Libc.withErrno("recvmmsg",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle POLL = Libc.withErrno("poll",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle EVENTFD = Libc.withErrno("eventfd",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD_WRITE = Libc.withErrno("eventfd_write",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle EVENTFD_READ = Libc.withErrno("eventfd_read",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    private final int fd;
    private final int wakeFd;
    private final int slot;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment data;
    private final MemorySegment names = arena.allocate((long) BATCH * NAME_SPACE, 8);
    private final MemorySegment controls = arena.allocate((long) BATCH * CONTROL_SPACE, 8);
    private final MemorySegment messages = arena.allocate((long) BATCH * UdpMessageLayout.MMSGHDR_SIZE, 8);
    private final MemorySegment vectors = arena.allocate((long) BATCH * UdpMessageLayout.IOVEC_SIZE, 8);
    private final MemorySegment polls = arena.allocate(2L * UdpMessageLayout.POLLFD_SIZE, 8);
    private final MemorySegment wakes = arena.allocate(JAVA_LONG);
    private final UdpCounters counters = new UdpCounters();
    private boolean closed;

    UdpReceiver(int fd, int datagramLength) {
        this.fd = fd;
        // One byte more than asked for tells a longer datagram from one that just fits.
        slot = datagramLength + 1;
        data = arena.allocate((long) BATCH * slot, 64);
        try {
            wakeFd = (int) EVENTFD.invokeExact(Libc.errnoSegment(), 0,
                    UdpMessageLayout.EFD_CLOEXEC | UdpMessageLayout.EFD_NONBLOCK);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
        if (wakeFd < 0) {
            arena.close();
            throw Libc.failure("eventfd");
        }
        polls.set(JAVA_INT, 0, fd);
        polls.set(JAVA_SHORT, UdpMessageLayout.POLLFD_EVENTS, UdpMessageLayout.POLLIN);
        polls.set(JAVA_INT, UdpMessageLayout.POLLFD_SIZE, wakeFd);
        polls.set(JAVA_SHORT, UdpMessageLayout.POLLFD_SIZE + UdpMessageLayout.POLLFD_EVENTS, UdpMessageLayout.POLLIN);
        for (int i = 0; i < BATCH; i++) {
            long vector = (long) i * UdpMessageLayout.IOVEC_SIZE;
            vectors.set(JAVA_LONG, vector + UdpMessageLayout.IOVEC_BASE, data.address() + (long) i * slot);
            vectors.set(JAVA_LONG, vector + UdpMessageLayout.IOVEC_LENGTH, slot);
            long message = (long) i * UdpMessageLayout.MMSGHDR_SIZE;
            messages.set(JAVA_LONG, message + UdpMessageLayout.MSG_NAME, names.address() + (long) i * NAME_SPACE);
            messages.set(JAVA_LONG, message + UdpMessageLayout.MSG_IOV, vectors.address() + vector);
            messages.set(JAVA_LONG, message + UdpMessageLayout.MSG_IOVLEN, 1L);
            messages.set(JAVA_LONG, message + UdpMessageLayout.MSG_CONTROL, controls.address() + (long) i * CONTROL_SPACE);
        }
    }

    public UdpCounters counters() {
        return counters;
    }

    /**
     * Waits for datagrams and takes what is there.
     *
     * @param timeoutMillis longest wait; -1: no limit, 0: none
     * @return datagrams taken, 0 after a timeout or {@link #wake()}
     * @throws PosixException if the socket has failed
     */
    public int receive(int timeoutMillis) {
        try {
            int ready = (int) POLL.invokeExact(Libc.errnoSegment(), polls, 2L, timeoutMillis);
            if (ready < 0 && Libc.errno() != UdpMessageLayout.EINTR) {
                throw Libc.failure("poll");
            }
            if (ready <= 0) {
                return 0;
            }
            if (polls.get(JAVA_SHORT, UdpMessageLayout.POLLFD_SIZE + UdpMessageLayout.POLLFD_REVENTS) != 0) {
                // Non-blocking: an error only says that another wake-up has been taken already.
                int drained = (int) EVENTFD_READ.invokeExact(Libc.errnoSegment(), wakeFd, wakes);
            }
            if (polls.get(JAVA_SHORT, UdpMessageLayout.POLLFD_REVENTS) == 0) {
                return 0;
            }
            for (int i = 0; i < BATCH; i++) {
                long message = (long) i * UdpMessageLayout.MMSGHDR_SIZE;
                messages.set(JAVA_INT, message + UdpMessageLayout.MSG_NAMELEN, NAME_SPACE);
                messages.set(JAVA_LONG, message + UdpMessageLayout.MSG_CONTROLLEN, CONTROL_SPACE);
            }
            int n = (int) RECVMMSG.invokeExact(Libc.errnoSegment(), fd, messages, BATCH, UdpMessageLayout.MSG_DONTWAIT,
                    MemorySegment.NULL);
            if (n < 0) {
                return nothing(Libc.errno());
            }
            counters.add(UdpEvent.RECEIVED, n);
            for (int i = 0; i < n; i++) {
                if (length(i) == slot) {
                    counters.add(UdpEvent.TRUNCATED, 1);
                }
            }
            return n;
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private int nothing(int errno) {
        switch (errno) {
            case UdpMessageLayout.EAGAIN, UdpMessageLayout.EINTR -> {
                return 0;
            }
            case UdpMessageLayout.ECONNREFUSED -> counters.add(UdpEvent.REFUSED, 1);
            case UdpMessageLayout.ENETUNREACH, UdpMessageLayout.EHOSTUNREACH, UdpMessageLayout.ENETDOWN ->
                    counters.add(UdpEvent.UNREACHABLE, 1);
            default -> throw Libc.failure("recvmmsg", errno);
        }
        return 0;
    }

    /** The memory datagrams are in, valid until the next {@link #receive}. */
    public MemorySegment data() {
        return data;
    }

    /** Where a datagram begins in {@link #data()}. */
    public long offset(int datagram) {
        return (long) datagram * slot;
    }

    /** Bytes of a datagram; more than the length asked for if it was cut. */
    public int length(int datagram) {
        return messages.get(JAVA_INT, (long) datagram * UdpMessageLayout.MMSGHDR_SIZE + UdpMessageLayout.MMSG_LENGTH);
    }

    /** True if a datagram came from that address and port. */
    public boolean isFrom(int datagram, UdpEndpoint endpoint) {
        MemorySegment name = name(datagram);
        return SocketAddressLayout.port(name) == endpoint.port() && SocketAddressLayout.low(name) == endpoint.low()
                && SocketAddressLayout.high(name) == endpoint.high();
    }

    /** Where a datagram came from. Allocates. */
    public UdpEndpoint source(int datagram) {
        MemorySegment name = name(datagram);
        return new UdpEndpoint(SocketAddressLayout.high(name), SocketAddressLayout.low(name),
                SocketAddressLayout.port(name), SocketAddressLayout.scope(name));
    }

    private MemorySegment name(int datagram) {
        return names.asSlice((long) datagram * NAME_SPACE, NAME_SPACE);
    }

    /** The local address a datagram came to, port 0, or {@code null} if the kernel didn't say. Allocates. */
    public UdpEndpoint localAddress(int datagram) {
        long end = messages.get(JAVA_LONG,
                (long) datagram * UdpMessageLayout.MMSGHDR_SIZE + UdpMessageLayout.MSG_CONTROLLEN);
        long base = (long) datagram * CONTROL_SPACE;
        for (long at = 0; at + UdpMessageLayout.CMSG_DATA <= end; ) {
            long c = base + at;
            long length = controls.get(JAVA_LONG, c + UdpMessageLayout.CMSG_LENGTH);
            int level = controls.get(JAVA_INT, c + UdpMessageLayout.CMSG_LEVEL);
            int type = controls.get(JAVA_INT, c + UdpMessageLayout.CMSG_TYPE);
            long value = c + UdpMessageLayout.CMSG_DATA;
            if (level == UdpMessageLayout.SOL_IPV6 && type == UdpMessageLayout.IPV6_PKTINFO) {
                long high = controls.get(SocketAddressLayout.LONG_BE, value);
                long low = controls.get(SocketAddressLayout.LONG_BE, value + 8);
                // Only a link-local address needs its interface; another may be reached through any.
                boolean linkLocal = high >>> 54 == 0x3FA;
                return new UdpEndpoint(high, low, 0, linkLocal
                        ? controls.get(JAVA_INT, value + UdpMessageLayout.IN6_PKTINFO_IFINDEX) : 0);
            }
            if (level == UdpMessageLayout.SOL_IP && type == UdpMessageLayout.IP_PKTINFO) {
                int four = controls.get(SocketAddressLayout.INT_BE, value + UdpMessageLayout.IN_PKTINFO_ADDR);
                return new UdpEndpoint(0, UdpEndpoint.MAPPED_PREFIX | four & 0xFFFFFFFFL, 0, 0);
            }
            at += Math.max(UdpMessageLayout.CMSG_DATA, length + 7 & ~7L);
        }
        return null;
    }

    /** Ends a {@link #receive} that waits, or the next one. Any thread. */
    public void wake() {
        try {
            // Fails only if 2^64 - 2 wake-ups are pending already.
            int result = (int) EVENTFD_WRITE.invokeExact(Libc.errnoSegment(), wakeFd, 1L);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            UdpSocket.closeDescriptor(wakeFd);
            arena.close();
        }
    }
}
