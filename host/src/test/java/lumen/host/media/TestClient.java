package lumen.host.media;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import lumen.core.video.Depacketizer;
import lumen.core.video.VideoPacketSettings;
import lumen.core.video.VideoSink;
import lumen.posix.UdpEndpoint;
import lumen.posix.UdpReceiver;
import lumen.posix.UdpSender;
import lumen.posix.UdpSocket;

/** A client that pings and depacketizes on a thread of its own. */
final class TestClient implements VideoSink, AutoCloseable {
    final UdpSocket socket = UdpSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    final UdpReceiver receiver = socket.receiver(1500);
    final UdpSender sender = socket.sender();
    final Depacketizer depacketizer;
    final Thread thread;
    volatile boolean closing;
    volatile int frames;
    volatile int idrs;
    volatile int repeats;
    volatile int firstType;
    volatile long lastFrameNanos;
    private int counter;
    private final MemorySegment ping = Arena.ofAuto().allocate(20);

    TestClient(VideoPacketSettings packets) {
        socket.buffers(1 << 20, 4 << 20);
        depacketizer = new Depacketizer(packets, false, this);
        thread = Thread.ofPlatform().daemon().start(() -> {
            while (!closing) {
                int n = receiver.receive(-1);
                for (int i = 0; i < n; i++) {
                    depacketizer.accept(receiver.data(), receiver.offset(i), receiver.length(i));
                }
            }
        });
    }

    void ping(int port) {
        ping(port, ++counter);
    }

    void ping(int port, int number) {
        MemorySegment.copy(MediaRig.PAYLOAD, 0, ping, ValueLayout.JAVA_BYTE, 0, 16);
        ping.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 16, number);
        sender.route(UdpEndpoint.of(InetAddress.getLoopbackAddress(), port), null);
        sender.send(ping, 0, 20, 1);
    }

    void send(int port, byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            sender.route(UdpEndpoint.of(InetAddress.getLoopbackAddress(), port), null);
            sender.send(arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes)), 0, bytes.length, 1);
        }
    }

    @Override
    public void frame(MemorySegment unit, int frameIndex, int type, int latency, int rtpTimestamp) {
        if (frames == 0) {
            firstType = type;
        }
        idrs += type == 2 ? 1 : 0;
        repeats += latency == 0 ? 1 : 0;
        lastFrameNanos = System.nanoTime();
        frames++;
    }

    @Override
    public void requestIdr() {
        // The tests ask by themselves.
    }

    @Override
    public void invalidate(int first, int last) {
        throw new AssertionError("not in this mode");
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        receiver.wake();
        thread.join();
        sender.close();
        receiver.close();
        socket.close();
        depacketizer.close();
    }
}
