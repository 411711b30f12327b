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
 * Sends batches of equally long datagrams through a shared socket, up to 64 with one system call: the
 * kernel cuts them out of one buffer (UDP_SEGMENT), or takes them as messages where it can't. Confined to
 * one thread; allocates nothing per call; no error of a datagram is thrown, each is counted.
 */
public final class UdpSender implements AutoCloseable {
    /** The kernel's limit for one buffer ({@code UDP_MAX_SEGMENTS} of older kernels). */
    private static final int MAX_SEGMENTS = 64;
    /** Largest UDP payload. */
    private static final int MAX_BYTES = 65_507;
    /** How long a full send buffer is waited for before datagrams are dropped. */
    private static final int BUFFER_WAIT_MILLIS = 10;
    private static final int BUFFER_WAITS = 5;

    /**
     * The same calls without {@code errno}: the JDK takes a slice of the capture segment for each captured call,
     * an object a datagram wherever the optimising compiler hasn't been yet.
     */
    private static final MethodHandle SENDMSG_FAST = Libc.plain("sendmsg",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SENDMMSG_FAST = Libc.plain("sendmmsg",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle SENDMSG = Libc.withErrno("sendmsg",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDMMSG = Libc.withErrno("sendmmsg",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle POLL = Libc.withErrno("poll",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private final int fd;
    private final short family;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment name = arena.allocate(SocketAddressLayout.IN6_LENGTH, 8);
    /** Packet info (source address) first, UDP_SEGMENT behind it. */
    private final MemorySegment control = arena.allocate(
            UdpMessageLayout.cmsgSpace(UdpMessageLayout.IN6_PKTINFO_SIZE) + UdpMessageLayout.cmsgSpace(2), 8);
    private final MemorySegment messages = arena.allocate((long) MAX_SEGMENTS * UdpMessageLayout.MMSGHDR_SIZE, 8);
    private final MemorySegment vectors = arena.allocate((long) MAX_SEGMENTS * UdpMessageLayout.IOVEC_SIZE, 8);
    private final MemorySegment gsoMessage = arena.allocate(UdpMessageLayout.MSGHDR_SIZE, 8);
    private final MemorySegment gsoVector = arena.allocate(UdpMessageLayout.IOVEC_SIZE, 8);
    private final MemorySegment pollDescriptor = arena.allocate(UdpMessageLayout.POLLFD_SIZE, 8);
    private final UdpCounters counters = new UdpCounters();
    private UdpEndpoint destination;
    private UdpEndpoint source;
    private int nameLength = -1;
    private int infoLength;
    private boolean segmentation = true;

    UdpSender(int fd, short family) {
        this.fd = fd;
        this.family = family;
        pollDescriptor.set(JAVA_INT, 0, fd);
        pollDescriptor.set(JAVA_SHORT, UdpMessageLayout.POLLFD_EVENTS, UdpMessageLayout.POLLOUT);
        gsoVector.set(JAVA_LONG, UdpMessageLayout.IOVEC_BASE, 0L);
        header(gsoMessage, 0, gsoVector.address());
        for (int i = 0; i < MAX_SEGMENTS; i++) {
            header(messages, (long) i * UdpMessageLayout.MMSGHDR_SIZE,
                    vectors.address() + (long) i * UdpMessageLayout.IOVEC_SIZE);
        }
    }

    private void header(MemorySegment message, long at, long vector) {
        message.set(JAVA_LONG, at + UdpMessageLayout.MSG_NAME, name.address());
        message.set(JAVA_LONG, at + UdpMessageLayout.MSG_IOV, vector);
        message.set(JAVA_LONG, at + UdpMessageLayout.MSG_IOVLEN, 1L);
        message.set(JAVA_LONG, at + UdpMessageLayout.MSG_CONTROL, control.address());
    }

    public UdpCounters counters() {
        return counters;
    }

    /** Uses one message a datagram from now on, as where the kernel can't cut buffers. */
    public void withoutSegmentation() {
        segmentation = false;
    }

    /** True while buffers are cut by the kernel. */
    public boolean segmentation() {
        return segmentation;
    }

    /**
     * Where the following datagrams go.
     *
     * @param destination address and port; comparing the reference makes calling this for each batch free
     * @param source      the local address they leave from; {@code null}: the kernel chooses
     */
    public void route(UdpEndpoint destination, UdpEndpoint source) {
        if (destination == this.destination && source == this.source) {
            return;
        }
        this.destination = destination;
        this.source = source;
        nameLength = SocketAddressLayout.write(name, family, destination.high(), destination.low(), destination.port(),
                destination.scope());
        infoLength = source == null || source.isWildcard() ? 0 : writeSource(source);
    }

    /** Writes the control message that selects the source address; 0 if it doesn't fit the destination. */
    private int writeSource(UdpEndpoint from) {
        boolean four = UdpEndpoint.isMapped(destination.high(), destination.low());
        if (four != UdpEndpoint.isMapped(from.high(), from.low())) {
            return 0;
        }
        int data = four ? UdpMessageLayout.IN_PKTINFO_SIZE : UdpMessageLayout.IN6_PKTINFO_SIZE;
        control.fill((byte) 0);
        // An IPv4 destination takes the IPv4 control message on an IPv6 socket too.
        writeControl(0, data, four ? UdpMessageLayout.SOL_IP : UdpMessageLayout.SOL_IPV6,
                four ? UdpMessageLayout.IP_PKTINFO : UdpMessageLayout.IPV6_PKTINFO);
        if (four) {
            control.set(SocketAddressLayout.INT_BE, UdpMessageLayout.CMSG_DATA + UdpMessageLayout.IN_PKTINFO_SPEC_DST,
                    (int) from.low());
        } else {
            control.set(SocketAddressLayout.LONG_BE, UdpMessageLayout.CMSG_DATA, from.high());
            control.set(SocketAddressLayout.LONG_BE, UdpMessageLayout.CMSG_DATA + 8, from.low());
            control.set(JAVA_INT, UdpMessageLayout.CMSG_DATA + UdpMessageLayout.IN6_PKTINFO_IFINDEX, from.scope());
        }
        return UdpMessageLayout.cmsgSpace(data);
    }

    private void writeControl(long at, int dataLength, int level, int type) {
        control.set(JAVA_LONG, at + UdpMessageLayout.CMSG_LENGTH, (long) UdpMessageLayout.CMSG_DATA + dataLength);
        control.set(JAVA_INT, at + UdpMessageLayout.CMSG_LEVEL, level);
        control.set(JAVA_INT, at + UdpMessageLayout.CMSG_TYPE, type);
    }

    /**
     * Sends {@code count} datagrams of {@code length} bytes each that lie one behind the other. Waits up
     * to 50 ms if the send buffer is full.
     *
     * @param memory off-heap memory
     * @return datagrams the kernel took
     */
    public int send(MemorySegment memory, long offset, int length, int count) {
        if (nameLength < 0) {
            counters.add(UdpEvent.UNREACHABLE, count);
            return 0;
        }
        if (offset < 0 || (long) length * count > memory.byteSize() - offset) {
            throw new IndexOutOfBoundsException("datagrams at " + offset + " + " + count + " × " + length);
        }
        long address = memory.address() + offset;
        int perCall = Math.clamp(MAX_BYTES / length, 1, MAX_SEGMENTS);
        int sent = 0;
        for (int done = 0; done < count; ) {
            int n = Math.min(perCall, count - done);
            sent += segmentation && n > 1 ? cut(address, length, n) : plain(address, length, n);
            address += (long) n * length;
            done += n;
        }
        counters.add(UdpEvent.SENT, sent);
        return sent;
    }

    private int cut(long address, int length, int count) {
        gsoVector.set(JAVA_LONG, UdpMessageLayout.IOVEC_BASE, address);
        gsoVector.set(JAVA_LONG, UdpMessageLayout.IOVEC_LENGTH, (long) length * count);
        writeControl(infoLength, 2, UdpMessageLayout.SOL_UDP, UdpMessageLayout.UDP_SEGMENT);
        control.set(JAVA_SHORT, infoLength + UdpMessageLayout.CMSG_DATA, (short) length);
        gsoMessage.set(JAVA_INT, UdpMessageLayout.MSG_NAMELEN, nameLength);
        gsoMessage.set(JAVA_LONG, UdpMessageLayout.MSG_CONTROLLEN, (long) infoLength + UdpMessageLayout.cmsgSpace(2));
        for (int attempt = 0; ; attempt++) {
            long result;
            try {
                result = (long) SENDMSG_FAST.invokeExact(fd, gsoMessage.address(), UdpMessageLayout.MSG_DONTWAIT);
                if (result < 0) {
                    // Again, to learn why; an error of an earlier datagram is reported once only, and gone by now.
                    counters.add(UdpEvent.REPEATED, 1);
                    result = (long) SENDMSG.invokeExact(Libc.errnoSegment(), fd, gsoMessage, UdpMessageLayout.MSG_DONTWAIT);
                }
            } catch (Throwable t) {
                throw new AssertionError(t);
            }
            counters.add(UdpEvent.SEND_CALLS, 1);
            if (result >= 0) {
                return count;
            }
            switch (Libc.errno()) {
                case UdpMessageLayout.EINVAL, UdpMessageLayout.EIO, UdpMessageLayout.EOPNOTSUPP,
                        UdpMessageLayout.EMSGSIZE -> {
                    // No support in kernel or device, or segments larger than the path: messages still may pass.
                    segmentation = false;
                    counters.add(UdpEvent.GSO_REFUSED, 1);
                    return plain(address, length, count);
                }
                default -> {
                    if (!again(attempt, count)) {
                        return 0;
                    }
                }
            }
        }
    }

    private int plain(long address, int length, int count) {
        for (int i = 0; i < count; i++) {
            long vector = (long) i * UdpMessageLayout.IOVEC_SIZE;
            vectors.set(JAVA_LONG, vector + UdpMessageLayout.IOVEC_BASE, address + (long) i * length);
            vectors.set(JAVA_LONG, vector + UdpMessageLayout.IOVEC_LENGTH, length);
            long message = (long) i * UdpMessageLayout.MMSGHDR_SIZE;
            messages.set(JAVA_INT, message + UdpMessageLayout.MSG_NAMELEN, nameLength);
            messages.set(JAVA_LONG, message + UdpMessageLayout.MSG_CONTROLLEN, infoLength);
        }
        int sent = 0;
        int done = 0;
        for (int attempt = 0; done < count; ) {
            int n;
            long rest = messages.address() + (long) done * UdpMessageLayout.MMSGHDR_SIZE;
            try {
                n = (int) SENDMMSG_FAST.invokeExact(fd, rest, count - done, UdpMessageLayout.MSG_DONTWAIT);
                if (n < 0) {
                    counters.add(UdpEvent.REPEATED, 1);
                    n = (int) SENDMMSG.invokeExact(Libc.errnoSegment(), fd, rest, count - done,
                            UdpMessageLayout.MSG_DONTWAIT);
                }
            } catch (Throwable t) {
                throw new AssertionError(t);
            }
            counters.add(UdpEvent.SEND_CALLS, 1);
            if (n > 0) {
                sent += n;
                done += n;
                attempt = 0;
            } else if (!again(attempt++, 1)) {
                // The first message failed for good: go on with the next.
                done++;
                attempt = 0;
            }
        }
        return sent;
    }

    /** Judges the last error: true if the call shall be repeated, else the datagrams are counted as dropped. */
    private boolean again(int attempt, int datagrams) {
        switch (Libc.errno()) {
            case UdpMessageLayout.EINTR -> {
                return true;
            }
            case UdpMessageLayout.EAGAIN, UdpMessageLayout.ENOBUFS -> {
                counters.add(UdpEvent.BUFFER_FULL, 1);
                if (attempt < BUFFER_WAITS) {
                    awaitRoom();
                    return true;
                }
                counters.add(UdpEvent.BUFFER_FULL_DROPPED, datagrams);
            }
            case UdpMessageLayout.ECONNREFUSED -> {
                // An old error of the socket, reported late; the datagram itself has not been tried.
                counters.add(UdpEvent.REFUSED, 1);
                return attempt < BUFFER_WAITS;
            }
            case UdpMessageLayout.EMSGSIZE -> counters.add(UdpEvent.TOO_LARGE, datagrams);
            case UdpMessageLayout.ENETUNREACH, UdpMessageLayout.EHOSTUNREACH, UdpMessageLayout.ENETDOWN,
                    UdpMessageLayout.EADDRNOTAVAIL, UdpMessageLayout.EAFNOSUPPORT, UdpMessageLayout.EINVAL ->
                    counters.add(UdpEvent.UNREACHABLE, datagrams);
            case UdpMessageLayout.EPERM, UdpMessageLayout.EACCES -> counters.add(UdpEvent.FORBIDDEN, datagrams);
            default -> counters.add(UdpEvent.OTHER_ERROR, datagrams);
        }
        return false;
    }

    private void awaitRoom() {
        try {
            int ready = (int) POLL.invokeExact(Libc.errnoSegment(), pollDescriptor, 1L, BUFFER_WAIT_MILLIS);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
