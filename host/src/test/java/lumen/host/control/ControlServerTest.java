package lumen.host.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import lumen.core.control.ControlCipher;
import lumen.core.control.ControlMessage;
import lumen.core.control.FrameFecStatus;
import lumen.core.control.HdrMetadata;
import lumen.core.input.InputEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server and the client's machine over real sockets. */
@Timeout(60)
class ControlServerTest {
    private static final byte[] KEY = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    private static final byte[] OTHER_KEY = new byte[16];
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** Writes down what the server says. */
    private static final class Log implements ControlListener {
        final List<String> lines = new CopyOnWriteArrayList<>();
        volatile ControlConnection connection;
        volatile int alive;
        boolean throwing;

        @Override
        public void connected(ControlConnection c) {
            connection = c;
            lines.add("connected");
        }

        @Override
        public void idrRequested() {
            lines.add("idr");
            if (throwing) {
                throw new IllegalStateException("a listener that fails");
            }
        }

        @Override
        public void referencesInvalid(long first, long last) {
            lines.add("invalid " + first + " " + last);
        }

        @Override
        public void input(InputEvent event) {
            lines.add(event.toString());
        }

        @Override
        public void frameFecStatus(FrameFecStatus status) {
            lines.add("fec " + status.frame() + " " + status.recovered());
        }

        @Override
        public void clientAlive(long nowNanos) {
            alive++;
        }

        @Override
        public void disconnected(DisconnectReason reason) {
            lines.add(reason.name());
        }

        boolean has(String line) {
            return lines.contains(line);
        }
    }

    private ControlServer server;
    private final Log log = new Log();

    @BeforeEach
    void open() throws IOException {
        server = ControlServer.open(new InetSocketAddress(LOOPBACK, 0));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static ControlTicket ticket(int data, Duration patience) {
        return new ControlTicket("t" + data, OptionalInt.of(data), LOOPBACK, KEY, ControlCipher.Version.V2, patience);
    }

    private static ControlTicket ticket(int data) {
        return ticket(data, ControlTicket.USUAL_PATIENCE);
    }

    @Test
    @DisplayName("K4, K5, F3: a client's messages reach its listener; the host's reach the client")
    void shouldCarryMessagesBothWays() throws IOException {
        server.register(ticket(-5), log);
        try (LoopbackClient client = new LoopbackClient(server.port(), -5, KEY)) {
            client.start();
            client.send(1, new ControlMessage.InvalidateReferences(3, 9));
            client.send(1, new ControlMessage.InvalidateReferences(9, 3));
            client.send(3, new ControlMessage.Input(new InputEvent.MouseMove(1, 2)));
            client.send(0, new ControlMessage.FecReport(new FrameFecStatus(7, 6, 0, 2, 5, 2, 3, 2, 40, 0, 1)));
            client.send(0, new ControlMessage.FecReport(new FrameFecStatus(8, 6, 0, 2, 5, 2, 2, 2, 40, 0, 1)));
            client.send(0, new ControlMessage.PeriodicPing());
            assertTrue(client.until(() -> log.alive == 8), () -> log.lines.toString());
            assertEquals(List.of("connected", "idr", "invalid 3 9", "idr", "MouseMove[dx=1, dy=2]", "fec 7 true", "fec 8 false"), log.lines);
            assertTrue(client.until(() -> log.connection.statistics().messages() == 8));
            assertEquals(1, log.connection.statistics().blocksRecovered());
            assertEquals(1, log.connection.statistics().blocksLost());
            assertEquals(LOOPBACK, log.connection.localAddress());
            assertEquals(client.address(), log.connection.remoteAddress());

            log.connection.sendHdrMode(true, HdrMetadata.NONE);
            log.connection.send(new ControlMessage.Rumble(0, 1, 2));
            log.connection.sendTermination(ControlMessage.Termination.PROTECTED_CONTENT);
            assertTrue(client.until(() -> client.received.size() == 3));
            assertEquals(List.of(new ControlMessage.HdrMode(true, HdrMetadata.NONE), new ControlMessage.Rumble(0, 1, 2),
                    new ControlMessage.Termination(ControlMessage.Termination.PROTECTED_CONTENT)), client.received);
        }
    }

    @Test
    @DisplayName("3.6: a client that quits is acknowledged at once, and the next connection works")
    void shouldServeOneClientAfterTheOther() throws IOException {
        for (int i = 0; i < 5; i++) {
            Log each = new Log();
            server.register(ticket(i), each);
            try (LoopbackClient client = new LoopbackClient(server.port(), i, KEY)) {
                client.start();
                assertTrue(client.until(() -> each.has("idr")));
                client.peer.disconnect(0);
                assertTrue(client.until(1_000, () -> client.disconnected.isPresent()));
                assertTrue(client.until(() -> each.has("CLIENT_QUIT")));
            }
            assertEquals(List.of("connected", "idr", "CLIENT_QUIT"), each.lines);
        }
    }

    @Test
    @DisplayName("K7, T3: the termination message comes before the disconnect")
    void shouldTerminateBeforeDisconnecting() throws IOException {
        server.register(ticket(1), log);
        try (LoopbackClient client = new LoopbackClient(server.port(), 1, KEY)) {
            client.start();
            assertTrue(client.until(() -> log.connection != null));
            log.connection.disconnect(ControlMessage.Termination.GRACEFUL);
            assertTrue(client.until(() -> client.disconnected.isPresent()));
            assertEquals(List.of(new ControlMessage.Termination(ControlMessage.Termination.GRACEFUL)), client.received);
            assertEquals("HOST", log.lines.getLast());
        }
    }

    @Test
    @DisplayName("K6: silence ends the session with a termination; ENet's own pings don't count")
    void shouldEndASilentSession() throws IOException {
        server.register(ticket(1, Duration.ofMillis(700)), log);
        Log never = new Log();
        server.register(ticket(2, Duration.ofMillis(300)), never);
        try (LoopbackClient client = new LoopbackClient(server.port(), 1, KEY)) {
            client.start();
            client.pinging = true;
            assertFalse(client.until(1_500, () -> log.has("TIMEOUT")));
            client.pinging = false;
            long silentFrom = System.nanoTime();
            assertTrue(client.until(() -> log.has("TIMEOUT")));
            assertTrue(System.nanoTime() - silentFrom >= 500_000_000L);
            assertTrue(client.until(() -> client.disconnected.isPresent()));
            assertEquals(List.of(new ControlMessage.Termination(ControlMessage.Termination.GRACEFUL)), client.received);
        }
        assertEquals(List.of("NEVER_CONNECTED"), never.lines);
    }

    @Test
    @DisplayName("Unknown peers are disconnected at once; a stranger with the right data but no key keeps nobody out")
    void shouldRejectStrangers() throws IOException {
        server.register(ticket(1), log);
        try (LoopbackClient unknown = new LoopbackClient(server.port(), 99, KEY);
                LoopbackClient stranger = new LoopbackClient(server.port(), 1, OTHER_KEY);
                LoopbackClient client = new LoopbackClient(server.port(), 1, KEY)) {
            assertTrue(unknown.until(1_000, () -> unknown.disconnected.isPresent()));
            stranger.start();
            assertFalse(stranger.until(100, () -> stranger.disconnected.isPresent()));
            client.start();
            assertTrue(client.until(() -> log.has("idr")));
            assertTrue(stranger.until(1_000, () -> stranger.disconnected.isPresent()));
            assertTrue(client.peer.connected());
            assertEquals(List.of("connected", "idr"), log.lines);
            assertEquals(1, server.counters().get("unknown-client"));
        }
    }

    @Test
    @DisplayName("Clients that don't echo connect data are known by their address")
    void shouldAdmitOldClientsByAddress() throws IOException {
        server.register(new ControlTicket("old", OptionalInt.empty(), LOOPBACK, KEY, ControlCipher.Version.V2, ControlTicket.USUAL_PATIENCE), log);
        try (LoopbackClient client = new LoopbackClient(server.port(), 0, KEY)) {
            client.start();
            assertTrue(client.until(() -> log.has("idr")));
        }
    }

    @Test
    @DisplayName("K2: garbage and wrong tags are counted; the session goes on. A packet in a packet ends it")
    void shouldSurviveGarbage() throws IOException {
        ControlServer.Registration registration = server.register(ticket(1), log);
        try (LoopbackClient client = new LoopbackClient(server.port(), 1, KEY); DatagramSocket noise = new DatagramSocket(0, LOOPBACK)) {
            client.start();
            assertTrue(client.until(() -> log.has("idr")));
            Random random = new Random(4);
            for (int i = 0; i < 3_000; i++) {
                byte[] b = new byte[random.nextInt(120)];
                random.nextBytes(b);
                if (b.length > 2 && i % 2 == 0) {
                    b[0] = (byte) (0x80 & random.nextInt());
                    b[1] = 0;
                }
                noise.send(new DatagramPacket(b, b.length, LOOPBACK, server.port()));
            }
            client.sendRaw(0, new byte[200]);
            client.sendRaw(0, HexFormat.of().parseHex("01001a000900000022302723537811166cb9bfead7dad4575cd629f5cafe"));
            client.send(1, new ControlMessage.InvalidateReferences(1, 2));
            assertTrue(client.until(() -> log.has("invalid 1 2")), () -> log.lines + " " + server.counters());
            assertEquals(1, registration.drops().get("bad-tag"));
            assertFalse(server.counters().containsKey("loop-failed"));
            client.sendSealed(HexFormat.of().parseHex("01000000"));
            assertTrue(client.until(() -> log.has("PROTOCOL_ERROR")));
        }
    }

    @Test
    @DisplayName("3.3.6: a client that moves to another port is followed")
    void shouldFollowAClientThatMoves() throws IOException {
        server.register(ticket(1), log);
        try (LoopbackClient client = new LoopbackClient(server.port(), 1, KEY)) {
            client.start();
            assertTrue(client.until(() -> log.has("idr")));
            client.move();
            client.send(1, new ControlMessage.InvalidateReferences(1, 2));
            assertTrue(client.until(() -> log.has("invalid 1 2")));
            assertEquals(client.address(), log.connection.remoteAddress());
            log.connection.sendHdrMode(false, HdrMetadata.NONE);
            assertTrue(client.until(() -> client.received.size() == 1));
        }
    }

    @Test
    void shouldOutliveAListenerThatThrows() throws IOException {
        log.throwing = true;
        server.register(ticket(1), log);
        try (LoopbackClient client = new LoopbackClient(server.port(), 1, KEY)) {
            client.start();
            client.send(1, new ControlMessage.InvalidateReferences(1, 2));
            assertTrue(client.until(() -> log.has("invalid 1 2")));
            assertEquals(1, server.counters().get("listener-failed"));
        }
    }

    @Test
    void shouldTerminateEveryClientWhenTheServerCloses() throws Exception {
        Log second = new Log();
        server.register(ticket(1), log);
        server.register(ticket(2), second);
        try (LoopbackClient a = new LoopbackClient(server.port(), 1, KEY); LoopbackClient b = new LoopbackClient(server.port(), 2, KEY)) {
            a.start();
            b.start();
            assertTrue(a.until(() -> log.has("idr")));
            assertTrue(b.until(() -> second.has("idr")));
            Thread closer = Thread.ofPlatform().start(server::close);
            assertTrue(a.until(() -> !a.received.isEmpty()));
            assertTrue(b.until(() -> !b.received.isEmpty()));
            closer.join();
            assertInstanceOf(ControlMessage.Termination.class, a.received.getFirst());
            assertEquals("HOST", log.lines.getLast());
            assertEquals("HOST", second.lines.getLast());
            assertThrows(IllegalStateException.class, () -> server.register(ticket(3), new Log()));
        }
    }

    @Test
    @DisplayName("E7: an acknowledgement takes 5 ms at most on average while the client sends as fast as it can")
    void shouldAcknowledgeQuicklyUnderLoad() throws IOException {
        server.register(ticket(1), log);
        try (LoopbackClient client = new LoopbackClient(server.port(), 1, KEY)) {
            client.start();
            assertTrue(client.until(() -> log.has("idr")));
            int[] sent = {0};
            assertTrue(client.until(30_000, () -> {
                for (int i = 0; i < 20 && sent[0] < 5_000; i++, sent[0]++) {
                    client.send(3, new ControlMessage.Input(new InputEvent.MouseMove(1, 1)));
                }
                return log.alive >= 5_002;
            }), () -> "alive " + log.alive + ", sent " + sent[0]);
            assertTrue(client.peer.roundTripMillis() <= 5, () -> "round trip " + client.peer.roundTripMillis() + " ms");
        }
    }
}
