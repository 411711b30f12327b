package lumen.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UdpSocketTest {
    private static final int ANY_PORT = 0;

    @Test
    @DisplayName("Offsets, sizes and constants equal those of the C headers")
    void layoutsAgreeWithTheHeaders(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "no /usr/bin/gcc on this machine");
        Path source = folder.resolve("layout.c");
        String[] c = {"sizeof(struct iovec)", "offsetof(struct iovec, iov_base)", "offsetof(struct iovec, iov_len)",
            "offsetof(struct msghdr, msg_name)", "offsetof(struct msghdr, msg_namelen)", "offsetof(struct msghdr, msg_iov)",
            "offsetof(struct msghdr, msg_iovlen)", "offsetof(struct msghdr, msg_control)",
            "offsetof(struct msghdr, msg_controllen)", "offsetof(struct msghdr, msg_flags)", "sizeof(struct msghdr)",
            "offsetof(struct mmsghdr, msg_len)", "sizeof(struct mmsghdr)", "offsetof(struct cmsghdr, cmsg_len)",
            "offsetof(struct cmsghdr, cmsg_level)", "offsetof(struct cmsghdr, cmsg_type)", "sizeof(struct cmsghdr)",
            "CMSG_SPACE(2)", "CMSG_SPACE(20)", "sizeof(struct in_pktinfo)", "offsetof(struct in_pktinfo, ipi_spec_dst)",
            "offsetof(struct in_pktinfo, ipi_addr)", "sizeof(struct in6_pktinfo)", "offsetof(struct in6_pktinfo, ipi6_ifindex)",
            "sizeof(struct pollfd)", "offsetof(struct pollfd, events)", "offsetof(struct pollfd, revents)",
            "offsetof(struct sockaddr_in, sin_port)", "offsetof(struct sockaddr_in, sin_addr)", "sizeof(struct sockaddr_in)",
            "offsetof(struct sockaddr_in6, sin6_port)", "offsetof(struct sockaddr_in6, sin6_flowinfo)",
            "offsetof(struct sockaddr_in6, sin6_addr)", "offsetof(struct sockaddr_in6, sin6_scope_id)",
            "sizeof(struct sockaddr_in6)", "AF_INET", "AF_INET6", "POLLIN", "POLLOUT", "SOCK_DGRAM", "SOCK_CLOEXEC",
            "SOL_SOCKET", "SO_SNDBUF", "SO_RCVBUF", "SO_PRIORITY", "SOL_IP", "IP_TOS", "IP_PKTINFO", "SOL_IPV6",
            "IPV6_V6ONLY", "IPV6_RECVPKTINFO", "IPV6_PKTINFO", "IPV6_TCLASS", "SOL_UDP", "UDP_SEGMENT", "MSG_DONTWAIT",
            "MSG_TRUNC", "EFD_CLOEXEC", "EFD_NONBLOCK", "EPERM", "EINTR", "EIO", "EAGAIN", "EACCES", "EINVAL", "EMSGSIZE",
            "EPROTONOSUPPORT", "EOPNOTSUPP", "EAFNOSUPPORT", "EADDRNOTAVAIL", "ENETDOWN", "ENETUNREACH", "ENOBUFS",
            "ECONNREFUSED", "EHOSTUNREACH"};
        long[] ours = {UdpMessageLayout.IOVEC_SIZE, UdpMessageLayout.IOVEC_BASE, UdpMessageLayout.IOVEC_LENGTH,
            UdpMessageLayout.MSG_NAME, UdpMessageLayout.MSG_NAMELEN, UdpMessageLayout.MSG_IOV, UdpMessageLayout.MSG_IOVLEN,
            UdpMessageLayout.MSG_CONTROL, UdpMessageLayout.MSG_CONTROLLEN, UdpMessageLayout.MSG_FLAGS,
            UdpMessageLayout.MSGHDR_SIZE, UdpMessageLayout.MMSG_LENGTH, UdpMessageLayout.MMSGHDR_SIZE,
            UdpMessageLayout.CMSG_LENGTH, UdpMessageLayout.CMSG_LEVEL, UdpMessageLayout.CMSG_TYPE, UdpMessageLayout.CMSG_DATA,
            UdpMessageLayout.cmsgSpace(2), UdpMessageLayout.cmsgSpace(20), UdpMessageLayout.IN_PKTINFO_SIZE,
            UdpMessageLayout.IN_PKTINFO_SPEC_DST, UdpMessageLayout.IN_PKTINFO_ADDR, UdpMessageLayout.IN6_PKTINFO_SIZE,
            UdpMessageLayout.IN6_PKTINFO_IFINDEX, UdpMessageLayout.POLLFD_SIZE, UdpMessageLayout.POLLFD_EVENTS,
            UdpMessageLayout.POLLFD_REVENTS, SocketAddressLayout.PORT_OFFSET, SocketAddressLayout.IN_ADDRESS_OFFSET,
            SocketAddressLayout.IN_LENGTH, SocketAddressLayout.PORT_OFFSET, SocketAddressLayout.IN6_FLOWINFO_OFFSET,
            SocketAddressLayout.IN6_ADDRESS_OFFSET, SocketAddressLayout.IN6_SCOPE_OFFSET, SocketAddressLayout.IN6_LENGTH,
            SocketAddressLayout.AF_INET, SocketAddressLayout.AF_INET6, UdpMessageLayout.POLLIN, UdpMessageLayout.POLLOUT,
            UdpMessageLayout.SOCK_DGRAM, UdpMessageLayout.SOCK_CLOEXEC, UdpMessageLayout.SOL_SOCKET, UdpMessageLayout.SO_SNDBUF,
            UdpMessageLayout.SO_RCVBUF, UdpMessageLayout.SO_PRIORITY, UdpMessageLayout.SOL_IP, UdpMessageLayout.IP_TOS,
            UdpMessageLayout.IP_PKTINFO, UdpMessageLayout.SOL_IPV6, UdpMessageLayout.IPV6_V6ONLY,
            UdpMessageLayout.IPV6_RECVPKTINFO, UdpMessageLayout.IPV6_PKTINFO, UdpMessageLayout.IPV6_TCLASS,
            UdpMessageLayout.SOL_UDP, UdpMessageLayout.UDP_SEGMENT, UdpMessageLayout.MSG_DONTWAIT, UdpMessageLayout.MSG_TRUNC,
            UdpMessageLayout.EFD_CLOEXEC, UdpMessageLayout.EFD_NONBLOCK, UdpMessageLayout.EPERM, UdpMessageLayout.EINTR,
            UdpMessageLayout.EIO, UdpMessageLayout.EAGAIN, UdpMessageLayout.EACCES, UdpMessageLayout.EINVAL,
            UdpMessageLayout.EMSGSIZE, UdpMessageLayout.EPROTONOSUPPORT, UdpMessageLayout.EOPNOTSUPP,
            UdpMessageLayout.EAFNOSUPPORT, UdpMessageLayout.EADDRNOTAVAIL, UdpMessageLayout.ENETDOWN,
            UdpMessageLayout.ENETUNREACH, UdpMessageLayout.ENOBUFS, UdpMessageLayout.ECONNREFUSED, UdpMessageLayout.EHOSTUNREACH};
        StringBuilder text = new StringBuilder("""
                #define _GNU_SOURCE
                #include <stddef.h>
                #include <stdio.h>
                #include <errno.h>
                #include <poll.h>
                #include <sys/socket.h>
                #include <sys/eventfd.h>
                #include <netinet/in.h>
                #include <netinet/udp.h>
                int main(void) {
                """);
        for (String expression : c) {
            text.append("printf(\"%ld\\n\", (long) (").append(expression).append("));\n");
        }
        Files.writeString(source, text.append("return 0; }\n"));
        Path program = folder.resolve("layout");
        run(List.of("/usr/bin/gcc", "-o", program.toString(), source.toString()));
        List<String> theirs = run(List.of(program.toString()));
        assertEquals(c.length, ours.length);
        for (int i = 0; i < c.length; i++) {
            assertEquals(Long.parseLong(theirs.get(i)), ours[i], c[i]);
        }
    }

    private static List<String> run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = process.inputReader().lines().toList();
        assertEquals(0, process.waitFor(), () -> String.join("\n", lines));
        return lines;
    }

    @Test
    @DisplayName("Batches arrive whole and in order, cut by the kernel or as messages, over IPv4 and IPv6")
    void batchesArrive() throws Exception {
        for (String host : new String[] {"127.0.0.1", "::1"}) {
            for (boolean cut : new boolean[] {true, false}) {
                InetAddress address = InetAddress.getByName(host);
                try (UdpSocket to = UdpSocket.bind(new InetSocketAddress(ANY_PORT)); UdpReceiver receiver = to.receiver(1500);
                     UdpSocket from = UdpSocket.bind(new InetSocketAddress(ANY_PORT)); UdpSender sender = from.sender();
                     Arena arena = Arena.ofConfined()) {
                    to.buffers(1 << 20, 1 << 20);
                    from.trafficClass(40, 5);
                    if (!cut) {
                        sender.withoutSegmentation();
                    }
                    int count = 100;
                    int length = 1408;
                    MemorySegment data = arena.allocate((long) count * length);
                    for (int i = 0; i < count; i++) {
                        data.asSlice((long) i * length, length).fill((byte) i);
                    }
                    UdpEndpoint destination = UdpEndpoint.of(address, to.local().port());
                    sender.route(destination, UdpEndpoint.of(address, 0));
                    assertEquals(count, sender.send(data, 0, length, count));
                    assertEquals(count, sender.counters().get(UdpEvent.SENT));
                    assertTrue(sender.counters().get(UdpEvent.SEND_CALLS) <= 4);
                    assertEquals(cut, sender.segmentation());
                    int seen = 0;
                    long deadline = System.nanoTime() + 5_000_000_000L;
                    while (seen < count && System.nanoTime() < deadline) {
                        int n = receiver.receive(100);
                        for (int i = 0; i < n; i++, seen++) {
                            assertEquals(length, receiver.length(i));
                            assertEquals((byte) seen, receiver.data().get(ValueLayout.JAVA_BYTE, receiver.offset(i)));
                            assertEquals(UdpEndpoint.of(address, from.local().port()), receiver.source(i));
                            assertTrue(receiver.isFrom(i, receiver.source(i)));
                            assertEquals(address, receiver.localAddress(i).address());
                        }
                    }
                    assertEquals(count, seen);
                }
            }
        }
    }

    @Test
    @DisplayName("Datagrams leave from the local address asked for")
    void sourceAddressIsUsed() throws Exception {
        InetAddress other = InetAddress.getByName("127.0.0.7");
        try (UdpSocket to = UdpSocket.bind(new InetSocketAddress("127.0.0.1", ANY_PORT)); UdpReceiver receiver = to.receiver(100);
             UdpSocket from = UdpSocket.bind(new InetSocketAddress(ANY_PORT)); UdpSender sender = from.sender();
             Arena arena = Arena.ofConfined()) {
            sender.route(to.local(), UdpEndpoint.of(other, 0));
            assertEquals(3, sender.send(arena.allocate(60), 0, 20, 3));
            assertTrue(receiver.receive(2000) > 0);
            assertEquals(other, receiver.source(0).address());
        }
    }

    @Test
    @DisplayName("Errors of datagrams are counted: no such source address, larger than UDP, unreachable")
    void errorsAreCounted() throws Exception {
        try (UdpSocket from = UdpSocket.bind(new InetSocketAddress(ANY_PORT)); UdpSender sender = from.sender();
             Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(70_000);
            assertEquals(0, sender.send(data, 0, 20, 1));
            UdpEndpoint self = UdpEndpoint.of(from.loopback());
            sender.route(self, UdpEndpoint.of(InetAddress.getByName("192.0.2.77"), 0));
            assertEquals(0, sender.send(data, 0, 20, 1));
            assertEquals(2, sender.counters().get(UdpEvent.UNREACHABLE));
            sender.route(self, null);
            assertEquals(0, sender.send(data, 0, 70_000, 1));
            assertEquals(1, sender.counters().get(UdpEvent.TOO_LARGE));
            assertThrows(IndexOutOfBoundsException.class, () -> sender.send(data, 0, 1400, 1000));
        }
    }

    @Test
    @DisplayName("Longer datagrams are cut and counted; waiting ends by timeout and by wake-up")
    void receivingEnds() throws Exception {
        try (UdpSocket socket = UdpSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), ANY_PORT));
             UdpReceiver receiver = socket.receiver(32); UdpSender sender = socket.sender(); Arena arena = Arena.ofConfined()) {
            assertEquals(0, receiver.receive(1));
            sender.route(socket.local(), null);
            assertEquals(1, sender.send(arena.allocate(100), 0, 100, 1));
            assertEquals(1, receiver.receive(2000));
            assertEquals(1, receiver.counters().get(UdpEvent.TRUNCATED));
            CountDownLatch waiting = new CountDownLatch(1);
            List<Integer> result = new ArrayList<>();
            Thread thread = Thread.ofPlatform().start(() -> {
                waiting.countDown();
                result.add(receiver.receive(-1));
            });
            waiting.await();
            receiver.wake();
            thread.join(5000);
            assertFalse(thread.isAlive());
            assertEquals(List.of(0), result);
        }
    }

    @Test
    @DisplayName("A taken port is named")
    void takenPortsAreNamed() {
        try (UdpSocket first = UdpSocket.bind(new InetSocketAddress(ANY_PORT))) {
            PosixException e = assertThrows(PosixException.class,
                    () -> UdpSocket.bind(new InetSocketAddress(first.local().port())));
            assertEquals(98, e.errno());
            assertTrue(e.getMessage().contains(Integer.toString(first.local().port())), e.getMessage());
        }
    }
}
