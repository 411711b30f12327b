package lumen.client.stream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lumen.client.ClientException;
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

/**
 * The control connection: ENet over UDP with encrypted messages, driven by one thread of its own that also
 * sends the periodic ping. Messages to send come from any thread.
 */
final class ControlLink implements AutoCloseable {
    /** What the host does to the session; called on the control thread. */
    interface Listener {
        void message(ControlMessage.FromHost message);

        /** The connection ended without our doing. */
        void disconnected(EnetEvent.Cause cause);
    }

    /** What other clients ask for (streams.md 3.1). */
    private static final int CHANNELS = 48;
    private static final int TIMEOUT_LIMIT = 2;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final long PING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_SLEEP_MILLIS = 50;
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    private static final String STAGE = "control-connect";

    private record Outgoing(int channel, ControlMessage message, Delivery delivery) {
    }

    private final InetSocketAddress host;
    private final int connectData;
    private final Listener listener;
    private final DatagramChannel channel;
    private final Selector selector;
    private final EnetHost enet = new EnetHost(EnetSettings.client(), new SecureRandom());
    private final EventCounters<ControlDrop> drops = new EventCounters<>(ControlDrop.class);
    private final ControlFormat format = new ControlFormat(drops, new EventCounters<>(InputDrop.class));
    private final ControlCipher cipher;
    private final Queue<Outgoing> outgoing = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean leaving;
    private volatile int roundTripMillis;
    private volatile long connectedNanos;
    private EnetPeer peer;
    private long nextPingNanos;

    /** @param key the session's 16 bytes */
    ControlLink(InetSocketAddress host, int connectData, byte[] key, Listener listener) throws IOException {
        this.host = host;
        this.connectData = connectData;
        this.listener = listener;
        cipher = new ControlCipher(key, ControlCipher.Version.V2, ControlCipher.Side.CLIENT, drops);
        channel = DatagramChannel.open();
        selector = Selector.open();
        channel.bind(null);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        thread = Thread.ofPlatform().name("lumen-client-control").unstarted(this::run);
    }

    /** Connects and sends the two start messages; returns when the host has taken the connection. */
    void connect(Duration limit) {
        thread.start();
        try {
            connected.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new ClientException(STAGE, "refused: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new ClientException(STAGE, "no answer from " + host + " within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException(STAGE, "interrupted", e);
        }
    }

    /** Sends a message soon. Any thread. */
    void send(int channelId, ControlMessage.FromClient message, Delivery delivery) {
        outgoing.add(new Outgoing(channelId, message, delivery));
        selector.wakeup();
    }

    /** The host's port. */
    int port() {
        return host.getPort();
    }

    /** Round trip time of the connection, 0 before the first measurement. */
    int roundTripMillis() {
        return roundTripMillis;
    }

    /** When the host took the connection. */
    long connectedNanos() {
        return connectedNanos;
    }

    /** What arrived on the connection and had no effect, by reason. */
    Map<String, Long> drops() {
        Map<String, Long> all = enet.drops().report();
        all.putAll(drops.report());
        return all;
    }

    private void run() {
        byte[] datagram = new byte[4096];
        ByteBuffer buffer = ByteBuffer.wrap(datagram);
        try {
            peer = enet.connect(host, CHANNELS, connectData, System.nanoTime());
            while (!gone.isDone()) {
                long now = System.nanoTime();
                queue(now);
                enet.poll(now, this::transmit);
                for (var event = enet.nextEvent(); event.isPresent(); event = enet.nextEvent()) {
                    handle(event.get());
                }
                sleep();
                buffer.clear();
                for (SocketAddress from = channel.receive(buffer); from != null; from = channel.receive(buffer)) {
                    enet.receive(datagram, 0, buffer.position(), from, System.nanoTime());
                    buffer.clear();
                }
            }
        } catch (IOException | RuntimeException e) {
            connected.completeExceptionally(e);
            gone.completeExceptionally(e);
            if (!leaving) {
                listener.disconnected(EnetEvent.Cause.TIMEOUT);
            }
        }
    }

    private void sleep() throws IOException {
        long now = System.nanoTime();
        long until = Math.min(enet.nextDeadlineNanos(), connectedNanos != 0 ? nextPingNanos : Long.MAX_VALUE);
        long millis = until <= now ? 0 : Math.min(LONGEST_SLEEP_MILLIS, (until - now) / 1_000_000 + 1);
        if (millis == 0 || !outgoing.isEmpty()) {
            selector.selectNow();
        } else {
            selector.select(millis);
        }
        selector.selectedKeys().clear();
    }

    private void queue(long now) {
        // The start messages go first; they are sent when the connection is reported.
        if (connectedNanos != 0 && peer.connected()) {
            roundTripMillis = peer.roundTripMillis();
            for (Outgoing next = outgoing.poll(); next != null; next = outgoing.poll()) {
                put(next.channel(), next.message(), next.delivery());
            }
            if (now - nextPingNanos >= 0) {
                nextPingNanos = now + PING_NANOS;
                put(0, new ControlMessage.PeriodicPing(), Delivery.RELIABLE);
            }
        }
        if (leaving) {
            peer.disconnectLater(0);
        }
    }

    /** A channel the host didn't grant is replaced by the first. */
    private void put(int channelId, ControlMessage message, Delivery delivery) {
        peer.send(channelId < peer.channels() ? channelId : 0, cipher.seal(ControlFormat.format(message)), delivery);
    }

    private void handle(EnetEvent event) {
        switch (event) {
            case EnetEvent.Connected c -> {
                peer.timeouts(TIMEOUT_LIMIT, TIMEOUT_MILLIS, TIMEOUT_MILLIS);
                put(0, new ControlMessage.RequestIdr(), Delivery.RELIABLE);
                put(0, new ControlMessage.StartB(), Delivery.RELIABLE);
                connectedNanos = System.nanoTime();
                nextPingNanos = connectedNanos;
                connected.complete(null);
            }
            case EnetEvent.Received r -> cipher.open(r.data()).flatMap(format::fromHost).ifPresent(listener::message);
            case EnetEvent.Disconnected d -> {
                connected.completeExceptionally(new IOException(d.cause().toString()));
                gone.complete(null);
                if (!leaving) {
                    listener.disconnected(d.cause());
                }
            }
        }
    }

    private void transmit(byte[] data, int at, int length, SocketAddress to) {
        try {
            channel.send(ByteBuffer.wrap(data, at, length), to);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * Disconnects once everything sent has been acknowledged, but waits no longer than other clients.
     *
     * @return true if the host acknowledged
     */
    boolean disconnect() {
        leaving = true;
        selector.wakeup();
        try {
            gone.get(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        leaving = true;
        gone.complete(null);
        selector.wakeup();
        try {
            if (thread.getState() != Thread.State.NEW) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        selector.close();
        channel.close();
    }
}
