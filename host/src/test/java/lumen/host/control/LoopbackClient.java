package lumen.host.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import lumen.core.control.ControlCipher;
import lumen.core.control.ControlDrop;
import lumen.core.control.ControlFormat;
import lumen.core.control.ControlMessage;
import lumen.core.enet.Delivery;
import lumen.core.enet.EnetEvent;
import lumen.core.enet.EnetHost;
import lumen.core.enet.EnetPeer;
import lumen.core.enet.EnetSettings;
import lumen.core.input.InputDrop;
import lumen.core.metrics.EventCounters;

/** The client end of a control stream on a real socket, driven by the test's own thread. */
final class LoopbackClient implements AutoCloseable {
    final List<ControlMessage.FromHost> received = new ArrayList<>();
    final EventCounters<ControlDrop> drops = new EventCounters<>(ControlDrop.class);
    Optional<EnetEvent.Disconnected> disconnected = Optional.empty();
    boolean pinging;
    final EnetPeer peer;
    private final EnetHost enet = new EnetHost(EnetSettings.client(), new Random());
    private final ControlCipher cipher;
    private final ControlFormat format = new ControlFormat(drops, new EventCounters<>(InputDrop.class));
    private DatagramChannel channel;
    private Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(4096);
    private long nextPing;

    LoopbackClient(int port, int data, byte[] key) throws IOException {
        cipher = new ControlCipher(key, ControlCipher.Version.V2, ControlCipher.Side.CLIENT, drops);
        move();
        peer = enet.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 48, data, System.nanoTime());
    }

    /** Goes on from another port, as a phone does that changes its network. */
    void move() throws IOException {
        close();
        channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false);
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    void send(int channelId, ControlMessage.FromClient message) {
        sendRaw(channelId, cipher.seal(ControlFormat.format(message)));
    }

    void sendSealed(byte[] message) {
        sendRaw(0, cipher.seal(message));
    }

    void sendRaw(int channelId, byte[] packet) {
        if (!peer.send(channelId, packet, Delivery.RELIABLE)) {
            throw new IllegalStateException("not sent: " + peer);
        }
    }

    void start() throws IOException {
        if (!until(peer::connected)) {
            throw new AssertionError("no connection: " + peer + " " + disconnected);
        }
        send(0, new ControlMessage.RequestIdr());
        send(0, new ControlMessage.StartB());
    }

    /** Runs the client until the condition holds; false after ten seconds. */
    boolean until(BooleanSupplier condition) throws IOException {
        return until(10_000, condition);
    }

    boolean until(long millis, BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            if (pinging && peer.connected() && System.nanoTime() - nextPing >= 0) {
                send(0, new ControlMessage.PeriodicPing());
                nextPing = System.nanoTime() + 100_000_000;
            }
            enet.poll(System.nanoTime(), this::transmit);
            selector.select(2);
            selector.selectedKeys().clear();
            buffer.clear();
            for (SocketAddress from = channel.receive(buffer); from != null; from = channel.receive(buffer.clear())) {
                enet.receive(buffer.array(), 0, buffer.position(), from, System.nanoTime());
            }
            for (Optional<EnetEvent> e = enet.nextEvent(); e.isPresent(); e = enet.nextEvent()) {
                switch (e.get()) {
                    case EnetEvent.Received r -> cipher.open(r.data()).flatMap(format::fromHost).ifPresent(received::add);
                    case EnetEvent.Disconnected d -> disconnected = Optional.of(d);
                    case EnetEvent.Connected c -> nextPing = System.nanoTime();
                }
            }
        }
        enet.poll(System.nanoTime(), this::transmit);
        return true;
    }

    private void transmit(byte[] data, int at, int length, SocketAddress to) {
        try {
            channel.send(ByteBuffer.wrap(data, at, length), to);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            selector.close();
            channel.close();
        }
    }
}
