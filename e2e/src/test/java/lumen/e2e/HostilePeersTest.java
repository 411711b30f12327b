package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lumen.client.StreamingClient;
import lumen.client.report.StreamReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Strangers that send noise or nothing to every port harm neither streams nor other clients. */
@Timeout(120)
class HostilePeersTest {
    private static final int[] TCP_OFFSETS = {-5, 0, 21};
    private static final int[] UDP_OFFSETS = {9, 10, 11};
    private static final int DATAGRAMS = 2000;
    private static final int MESSAGES = 60;
    private static final int IDLE = 50;
    /** Openings of real conversations, so that noise gets past the first look. */
    private static final List<String> PREFIXES = List.of("", "GET /serverinfo?uniqueid=", "GET /pair?phrase=getservercert&salt=",
            "OPTIONS rtsp://127.0.0.1 RTSP/1.0\r\nCSeq: 1\r\n", "ANNOUNCE streamid=control RTSP/1.0\r\nContent-length: 99999999\r\n\r\n",
            "\u0016\u0003\u0001\u0002\u0000\u0001");

    @TempDir
    private static Path work;
    private static HostProcess host;

    @BeforeAll
    static void startHost() throws Exception {
        host = HostProcess.testcard(work);
    }

    @AfterAll
    static void stopHost() throws InterruptedException {
        host.close();
    }

    @Test
    void shouldKeepStreamingUnderNoiseOnAllPorts() throws Exception {
        try (StreamingClient client = host.pairedClient("unharmed")) {
            CompletableFuture<StreamReport> stream = Streams.inBackground(client,
                    Streams.card(8).size(640, 360).fps(30).expectMinFrames(100));
            host.awaitFrames(10, stream);

            Random random = new Random(20);
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < MESSAGES; i++) {
                    open.add(noise(random, host.basePort() + TCP_OFFSETS[i % TCP_OFFSETS.length], PREFIXES.get(i % PREFIXES.size())));
                }
                datagrams(random);
                StreamReport report = stream.get(60, TimeUnit.SECONDS);

                Streams.mustPass(report);
                assertEquals(0, report.cycles().getFirst().frames().lost());
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
            assertTrue(host.process().isAlive());
            Streams.passed(client, Streams.plain(1));
            client.quit();
            assertTrue(!host.log().contains("Exception"), host::toString);
        }
    }

    /** A connection that sends noise and stays half open; a host that hangs up is right. */
    private static Socket noise(Random random, int port, String prefix) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
        byte[] bytes = new byte[random.nextInt(3000)];
        random.nextBytes(bytes);
        try {
            socket.getOutputStream().write(prefix.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            assertTrue(e instanceof java.net.SocketException, e::toString);
        }
        return socket;
    }

    private static void datagrams(Random random) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < DATAGRAMS; i++) {
                byte[] bytes = new byte[random.nextInt(1400)];
                random.nextBytes(bytes);
                if (bytes.length > 4 && i % 4 == 0) {
                    // What a ping and an ENet connect begin with.
                    System.arraycopy(i % 8 == 0 ? "PING".getBytes(java.nio.charset.StandardCharsets.US_ASCII)
                            : new byte[] {(byte) 0x8f, (byte) 0xff, 0, 0, (byte) 0x82}, 0, bytes, 0, 4);
                }
                socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(),
                        host.basePort() + UDP_OFFSETS[i % UDP_OFFSETS.length]));
            }
        }
    }

    @Test
    void shouldAnswerOthersWhileManyConnectionsIdle() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (StreamingClient client = host.pairedClient("patient")) {
            for (int i = 0; i < IDLE; i++) {
                for (int offset : TCP_OFFSETS) {
                    // From another address than the client's: the host limits how many one address may hold.
                    Socket socket = new Socket();
                    socket.bind(new InetSocketAddress("127.0.0.2", 0));
                    socket.connect(new InetSocketAddress("127.0.0.1", host.basePort() + offset));
                    idle.add(socket);
                }
            }
            long start = System.nanoTime();
            assertTrue(client.pairedServerInfo().isPresent());
            Streams.passed(client, Streams.plain(1));
            client.quit();

            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took::toString);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }
}
