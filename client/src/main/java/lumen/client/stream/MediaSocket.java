package lumen.client.stream;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import lumen.core.loss.LossModel;

/**
 * One media stream's UDP socket: pings the host so that it learns where to send, and hands on what comes,
 * less what a loss model takes away. {@link #run} occupies one thread; {@link #stop} works from any.
 */
final class MediaSocket implements AutoCloseable {
    /** What the stream does with its datagrams; called on the socket's thread. */
    interface Receiver {
        /** A datagram, valid during the call. */
        void datagram(MemorySegment memory, int length, long nowNanos);

        /** Nothing has come for a while. */
        void idle(long nowNanos);
    }

    private static final long PING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long IDLE_MILLIS = 20;
    private static final byte[] LEGACY_PING = "PING".getBytes(StandardCharsets.US_ASCII);
    private static final int COUNTER_LENGTH = 4;
    /** 2048 datagrams, as other clients ask for; the kernel may grant less. */
    private static final int RECEIVE_BUFFER = 2048 * 1500;

    private final InetSocketAddress host;
    private final LossModel loss;
    private final DatagramChannel channel;
    private final Selector selector;
    private final ByteBuffer buffer;
    private final MemorySegment memory;
    private final ByteBuffer ping;
    private volatile boolean stopped;
    private volatile long received;
    private volatile long dropped;
    private volatile long bytes;
    private volatile long firstNanos;
    private int pings;
    private long nextPingNanos = Long.MIN_VALUE;

    /**
     * @param pingPayload the 16 characters of {@code X-SS-Ping-Payload}, or empty for the legacy ping
     * @param longest     bytes of the longest datagram that can be right; longer ones are cut
     */
    MediaSocket(InetSocketAddress host, String pingPayload, int longest, LossModel loss) throws IOException {
        this.host = host;
        this.loss = loss;
        channel = DatagramChannel.open();
        selector = Selector.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.bind(null);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        buffer = ByteBuffer.allocateDirect(longest + 1);
        memory = MemorySegment.ofBuffer(buffer);
        byte[] payload = pingPayload.getBytes(StandardCharsets.ISO_8859_1);
        ping = pingPayload.isEmpty() ? ByteBuffer.wrap(LEGACY_PING)
                : ByteBuffer.allocate(payload.length + COUNTER_LENGTH).put(0, payload);
    }

    /** Receives until {@link #stop}. */
    void run(Receiver receiver) throws IOException {
        while (!stopped) {
            long now = System.nanoTime();
            ping(now);
            buffer.clear();
            if (channel.receive(buffer) == null) {
                receiver.idle(now);
                selector.select(IDLE_MILLIS);
                selector.selectedKeys().clear();
                continue;
            }
            int length = buffer.position();
            if (received == 0) {
                firstNanos = now;
            }
            received++;
            bytes += length;
            if (loss.lost()) {
                dropped++;
            } else {
                receiver.datagram(memory, length, now);
            }
        }
    }

    private void ping(long now) throws IOException {
        if (nextPingNanos != Long.MIN_VALUE && now - nextPingNanos < 0) {
            return;
        }
        nextPingNanos = now + PING_NANOS;
        ping.clear();
        if (ping.limit() > LEGACY_PING.length) {
            ping.putInt(ping.limit() - COUNTER_LENGTH, ++pings);
        }
        channel.send(ping, host);
    }

    /** Ends {@link #run} soon. */
    void stop() {
        stopped = true;
        selector.wakeup();
    }

    /** Datagrams that arrived, those taken away by the loss model included. */
    long received() {
        return received;
    }

    /** Datagrams the loss model took away. */
    long dropped() {
        return dropped;
    }

    /** The host's port. */
    int port() {
        return host.getPort();
    }

    /** Bytes that arrived. */
    long bytes() {
        return bytes;
    }

    /** When the first datagram arrived; 0 if none has. */
    long firstNanos() {
        return firstNanos;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
