package lumen.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import lumen.posix.UdpEndpoint;
import lumen.posix.UdpEvent;
import lumen.posix.UdpReceiver;
import lumen.posix.UdpSender;
import lumen.posix.UdpSocket;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A frame's datagrams to the kernel, over loopback, with and without its cutting of buffers. */
@State(Scope.Thread)
public class UdpSenderBenchmark {
    private static final int LENGTH = 1408;

    /** Datagrams of a frame: 720p60 at 10 Mbit/s with parity, and an IDR of a larger stream. */
    @Param({"19", "64"})
    public int datagrams;
    @Param({"true", "false"})
    public boolean segmentation;

    private Arena arena;
    private MemorySegment frame;
    private UdpSocket from;
    private UdpSocket to;
    private UdpSender sender;
    private UdpReceiver receiver;

    /** System calls for each packet, from the sender's own counters. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Calls {
        private long calls;
        private long sent;

        @Setup(Level.Iteration)
        public void clear() {
            calls = 0;
            sent = 0;
        }

        public double callsPerPacket() {
            return (double) calls / sent;
        }
    }

    @Setup(Level.Trial)
    public void open() {
        arena = Arena.ofShared();
        frame = arena.allocate((long) datagrams * LENGTH, 64);
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        from = UdpSocket.bind(loopback);
        to = UdpSocket.bind(loopback);
        to.buffers(1 << 20, 1 << 20);
        receiver = to.receiver(LENGTH);
        sender = from.sender();
        sender.route(UdpEndpoint.of(to.loopback()), null);
        if (!segmentation) {
            sender.withoutSegmentation();
        }
    }

    /** Not measured: a full receive buffer would make sending look cheaper than it is. */
    @TearDown(Level.Invocation)
    public void drain() {
        for (int left = datagrams; left > 0; ) {
            int n = receiver.receive(1000);
            if (n == 0) {
                throw new IllegalStateException(left + " datagrams did not arrive");
            }
            left -= n;
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        sender.close();
        receiver.close();
        from.close();
        to.close();
        arena.close();
    }

    @Benchmark
    public int send(Calls calls) {
        long before = sender.counters().get(UdpEvent.SEND_CALLS);
        int sent = sender.send(frame, 0, LENGTH, datagrams);
        calls.calls += sender.counters().get(UdpEvent.SEND_CALLS) - before;
        calls.sent += sent;
        return sent;
    }
}
