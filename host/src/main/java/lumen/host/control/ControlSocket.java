package lumen.host.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** The server's UDP socket and the selector its thread sleeps on. Server thread only, but for {@link #wakeup()}. */
final class ControlSocket implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ControlSocket.class.getName());
    /** One more than the largest ENet datagram, so that longer ones show. */
    private static final int RECEIVE_LENGTH = 4097;
    private static final int KERNEL_BUFFER = 1 << 20;
    /** Expedited forwarding: input and acknowledgements go before bulk traffic. */
    private static final int DSCP_EF = 46 << 2;

    private final DatagramChannel channel;
    private final Selector selector;
    private final InetSocketAddress bound;
    private final ByteBuffer in = ByteBuffer.allocateDirect(RECEIVE_LENGTH);
    private final ByteBuffer out = ByteBuffer.allocateDirect(RECEIVE_LENGTH);
    private final byte[] received = new byte[RECEIVE_LENGTH];

    private ControlSocket(DatagramChannel channel, Selector selector, InetSocketAddress bound) {
        this.channel = channel;
        this.selector = selector;
        this.bound = bound;
    }

    static ControlSocket open(InetSocketAddress bind) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, KERNEL_BUFFER);
            try {
                channel.setOption(StandardSocketOptions.IP_TOS, DSCP_EF);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "control traffic goes unmarked: {0}", e.getMessage());
            }
            channel.bind(bind).configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            return new ControlSocket(channel, selector, (InetSocketAddress) channel.getLocalAddress());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    InetSocketAddress bound() {
        return bound;
    }

    /** Waits for a datagram, a {@link #wakeup()}, or that many milliseconds; 0 doesn't wait. */
    void await(long millis) throws IOException {
        if (millis <= 0) {
            selector.selectNow();
        } else {
            selector.select(millis);
        }
        selector.selectedKeys().clear();
    }

    void wakeup() {
        selector.wakeup();
    }

    /** Takes one datagram into {@link #data()}; {@code null} if there is none. */
    SocketAddress receive() throws IOException {
        in.clear();
        SocketAddress from = channel.receive(in);
        if (from != null) {
            in.flip().get(received, 0, in.limit());
        }
        return from;
    }

    byte[] data() {
        return received;
    }

    /** Bytes of the last datagram. */
    int length() {
        return in.limit();
    }

    void send(byte[] data, int at, int length, SocketAddress to) throws IOException {
        out.clear().put(data, at, length).flip();
        channel.send(out, to);
    }

    /**
     * The local address that datagrams to a peer leave from. The kernel's choice of route if the socket
     * listens on all addresses.
     */
    InetAddress localAddressTowards(InetSocketAddress peer) {
        if (!bound.getAddress().isAnyLocalAddress()) {
            return bound.getAddress();
        }
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.connect(peer);
            return ((InetSocketAddress) probe.getLocalAddress()).getAddress();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "no route to {0}: {1}", peer, e.getMessage());
            return bound.getAddress();
        }
    }

    @Override
    public void close() throws IOException {
        try (selector; channel) {
            selector.wakeup();
        }
    }
}
