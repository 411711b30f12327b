package lumen.client.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import lumen.core.input.InputEvent;
import lumen.core.metrics.EventCounters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The control link against the core's ENet host on a real socket. */
@Timeout(60)
class ControlLinkTest {
    private static final byte[] KEY = new byte[16];
    private static final int CONNECT_DATA = 0xDEADBEEF;

    private record Seen(int channel, ControlMessage.FromClient message) {
    }

    private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private final BlockingQueue<EnetEvent.Cause> hostSaw = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> connectData = new LinkedBlockingQueue<>();
    private final BlockingQueue<ControlMessage> toSend = new LinkedBlockingQueue<>();
    private DatagramChannel socket;
    private Thread host;
    private volatile boolean stopped;
    private volatile boolean dropClients;

    @BeforeEach
    void serve() throws Exception {
        socket = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.configureBlocking(false);
        host = Thread.ofPlatform().start(this::runHost);
    }

    @AfterEach
    void stop() throws Exception {
        stopped = true;
        host.join();
        socket.close();
    }

    private void runHost() {
        EnetHost enet = new EnetHost(EnetSettings.host(4), new Random(1));
        EventCounters<ControlDrop> drops = new EventCounters<>(ControlDrop.class);
        ControlFormat format = new ControlFormat(drops, new EventCounters<>(InputDrop.class));
        ControlCipher cipher = new ControlCipher(KEY, ControlCipher.Version.V2, ControlCipher.Side.HOST, drops);
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        EnetPeer peer = null;
        while (!stopped) {
            try {
                buffer.clear();
                for (SocketAddress from = socket.receive(buffer); from != null; from = socket.receive(buffer)) {
                    enet.receive(buffer.array(), 0, buffer.position(), from, System.nanoTime());
                    buffer.clear();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            for (var event = enet.nextEvent(); event.isPresent(); event = enet.nextEvent()) {
                switch (event.get()) {
                    case EnetEvent.Connected c -> {
                        peer = c.peer();
                        connectData.add(c.data());
                    }
                    case EnetEvent.Received r -> cipher.open(r.data()).flatMap(format::fromClient)
                            .ifPresent(m -> seen.add(new Seen(r.channel(), m)));
                    case EnetEvent.Disconnected d -> hostSaw.add(d.cause());
                }
            }
            if (peer != null) {
                for (ControlMessage m = toSend.poll(); m != null; m = toSend.poll()) {
                    peer.send(0, cipher.seal(ControlFormat.format(m)), Delivery.RELIABLE);
                }
                if (dropClients) {
                    peer.disconnect(0);
                }
            }
            enet.poll(System.nanoTime(), (data, at, length, to) -> {
                try {
                    socket.send(ByteBuffer.wrap(data, at, length), to);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Thread.onSpinWait();
        }
    }

    private ControlLink link(byte[] key) throws IOException {
        return new ControlLink((InetSocketAddress) localAddress(), CONNECT_DATA, key, new ControlLink.Listener() {
            @Override
            public void message(ControlMessage.FromHost message) {
                heard.add(message);
            }

            @Override
            public void disconnected(EnetEvent.Cause cause) {
                heard.add("client saw " + cause);
            }
        });
    }

    private SocketAddress localAddress() throws IOException {
        return socket.getLocalAddress();
    }

    private Seen next() throws InterruptedException {
        Seen s = seen.poll(10, TimeUnit.SECONDS);
        return s == null ? new Seen(-1, null) : s;
    }

    @Test
    void shouldStartAsOtherClientsDoAndKeepPinging() throws Exception {
        try (ControlLink link = link(KEY)) {
            link.connect(Duration.ofSeconds(10));
            assertEquals(CONNECT_DATA, connectData.poll(10, TimeUnit.SECONDS));
            assertEquals(new Seen(0, new ControlMessage.RequestIdr()), next());
            assertEquals(new Seen(0, new ControlMessage.StartB()), next());
            long start = System.nanoTime();
            for (int i = 0; i < 4; i++) {
                assertEquals(new Seen(0, new ControlMessage.PeriodicPing()), next());
            }
            assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(250), "pings come every 100 ms");
            link.send(3, new ControlMessage.Input(new InputEvent.MouseMove(5, -3)), Delivery.RELIABLE);
            link.send(1, new ControlMessage.RequestIdr(), Delivery.RELIABLE);
            Seen input = next();
            while (input.message() instanceof ControlMessage.PeriodicPing) {
                input = next();
            }
            assertEquals(new Seen(3, new ControlMessage.Input(new InputEvent.MouseMove(5, -3))), input);
            Seen idr = next();
            while (idr.message() instanceof ControlMessage.PeriodicPing) {
                idr = next();
            }
            assertEquals(new Seen(1, new ControlMessage.RequestIdr()), idr);
            assertTrue(link.disconnect(), "the host acknowledges the disconnect");
            assertEquals(EnetEvent.Cause.REMOTE, hostSaw.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldHearTheHostsMessages() throws Exception {
        try (ControlLink link = link(KEY)) {
            link.connect(Duration.ofSeconds(10));
            toSend.add(new ControlMessage.Termination(ControlMessage.Termination.GRACEFUL));
            assertEquals(new ControlMessage.Termination(0x80030023), heard.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldNoticeThatTheHostDisconnects() throws Exception {
        try (ControlLink link = link(KEY)) {
            link.connect(Duration.ofSeconds(10));
            dropClients = true;
            assertEquals("client saw REMOTE", heard.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldIgnoreAHostWithAnotherKeyAndCountIt() throws Exception {
        byte[] other = KEY.clone();
        other[3] = 1;
        try (ControlLink link = link(other)) {
            link.connect(Duration.ofSeconds(10));
            toSend.add(new ControlMessage.Termination(ControlMessage.Termination.GRACEFUL));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!link.drops().containsKey("bad-tag") && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertEquals(1, link.drops().get("bad-tag"));
            assertTrue(heard.isEmpty());
        }
    }

    @Test
    void shouldGiveUpOnAHostThatDoesNotAnswer() throws Exception {
        try (DatagramChannel silent = DatagramChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
             ControlLink link = new ControlLink((InetSocketAddress) silent.getLocalAddress(), 1, KEY,
                     new ControlLink.Listener() {
                         @Override
                         public void message(ControlMessage.FromHost message) {
                             heard.add(message);
                         }

                         @Override
                         public void disconnected(EnetEvent.Cause cause) {
                             heard.add(cause);
                         }
                     })) {
            ClientException e = assertThrows(ClientException.class, () -> link.connect(Duration.ofMillis(300)));
            assertEquals("control-connect", e.stage());
            assertInstanceOf(java.util.concurrent.TimeoutException.class, e.getCause());
        }
    }
}
