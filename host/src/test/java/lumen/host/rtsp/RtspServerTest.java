package lumen.host.rtsp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lumen.core.rtsp.ClientResponseParser;
import lumen.core.rtsp.RtspCipher;
import lumen.core.rtsp.RtspRequest;
import lumen.core.sdp.AnnounceWriter;
import lumen.core.sdp.CodecModes;
import lumen.core.sdp.DescribeReader;
import lumen.core.sdp.EncryptionPolicy;
import lumen.core.sdp.StreamCodec;
import lumen.core.sdp.StreamConfig;
import lumen.core.session.LaunchRequest;
import lumen.core.session.LaunchTicket;
import lumen.host.ControlPlaneRig;
import lumen.host.http.Caller;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RtspServerTest {
    private static final String TARGET = "rtspenc://127.0.0.1:48010";

    @TempDir
    Path state;
    private ControlPlaneRig rig;

    @BeforeEach
    void start() {
        rig = new ControlPlaneRig(state, Duration.ofSeconds(5));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private LaunchTicket launch(String client, int keyByte, int corever) throws Exception {
        LaunchRequest request = LaunchRequest.parse(Map.of("appid", "1", "localaudioplaymode", "0", "rikeyid", "7",
            "rikey", HexFormat.of().toHexDigits((byte) keyByte).repeat(16), "corever", Integer.toString(corever)), false);
        return rig.launch(new Caller(client, client, InetAddress.getLoopbackAddress()), request);
    }

    private byte[] exchange(byte[] request) throws Exception {
        try (Socket socket = rig.connect(rig.rtsp.port())) {
            socket.getOutputStream().write(request);
            return socket.getInputStream().readAllBytes();
        }
    }

    private static StreamConfig config(StreamCodec codec, int encryption) {
        return new StreamConfig(new StreamConfig.Video(1280, 720, 60_000, 0, 1392, 10_000, 8000, 2, 1, codec, false, false, 0, 2, false, 5),
            new StreamConfig.Audio(2, 3, false, 5, 4), 3, encryption, 135, 13);
    }

    private static byte[] announce(StreamConfig config) {
        return AnnounceWriter.write(config, InetAddress.getLoopbackAddress(), 47998, false);
    }

    private static RtspRequest request(String method, String target, int cseq, byte[] body, RtspRequest.Header... headers) {
        return RtspRequest.of(method, target, cseq, "127.0.0.1", List.of(headers), body);
    }

    /** The seven requests as a client sends them. */
    private final class Handshake {
        final RtspCipher cipher;
        int cseq;
        String session = "";

        Handshake(LaunchTicket ticket) {
            cipher = new RtspCipher(ticket.key(), RtspCipher.Side.CLIENT);
        }

        ClientResponseParser.Answer send(String method, String target, byte[] body) throws Exception {
            RtspRequest request = session.isEmpty() ? request(method, target, ++cseq, body)
                : request(method, target, ++cseq, body, new RtspRequest.Header("Session", session));
            byte[] answer = exchange(cipher.seal(request.format()));
            RtspCipher.Opened opened = cipher.open(answer);
            ClientResponseParser.Answer read = ClientResponseParser.parse(((RtspCipher.Opened.Message) opened).plain());
            assertEquals(Integer.toString(cseq), read.headers().get("CSeq"), "A6.3");
            return read;
        }

        ClientResponseParser.Answer step(int n) throws Exception {
            return switch (n) {
                case 1 -> send("OPTIONS", TARGET, new byte[0]);
                case 2 -> send("DESCRIBE", TARGET, new byte[0]);
                case 3 -> {
                    var answer = send("SETUP", "streamid=audio/0/0", new byte[0]);
                    session = answer.session().orElseThrow();
                    yield answer;
                }
                case 4 -> send("SETUP", "streamid=video/0/0", new byte[0]);
                case 5 -> send("SETUP", "streamid=control/13/0", new byte[0]);
                case 6 -> send("ANNOUNCE", "streamid=control/13/0", announce(config(StreamCodec.H264, 7)));
                default -> send("PLAY", "/", new byte[0]);
            };
        }
    }

    @Test
    @DisplayName("A9.3 A6.4 A6.6 A6.8 two clients interleave whole encrypted handshakes, each with its own key and values")
    void interleaved() throws Exception {
        LaunchTicket first = launch("one", 0x11, 1);
        LaunchTicket second = launch("two", 0x22, 1);
        Map<LaunchTicket, Handshake> both = Map.of(first, new Handshake(first), second, new Handshake(second));
        for (int step = 1; step <= 7; step++) {
            for (Map.Entry<LaunchTicket, Handshake> client : both.entrySet()) {
                LaunchTicket ticket = client.getKey();
                var answer = client.getValue().step(step);
                assertEquals(200, answer.status());
                switch (step) {
                    case 2 -> assertTrue(DescribeReader.read(answer.body().orElseThrow(), 2).referenceInvalidation());
                    case 3 -> {
                        assertEquals(48000, answer.serverPort().orElseThrow());
                        assertEquals(ticket.audioPing(), answer.pingPayload().orElseThrow());
                        assertTrue(ticket.audioPing().matches("[0-9a-f]{16}"));
                        assertNotEquals(ticket.audioPing(), ticket.videoPing());
                    }
                    case 4 -> assertEquals(ticket.videoPing(), answer.pingPayload().orElseThrow());
                    case 5 -> assertEquals(ticket.connectData(), answer.connectData().orElseThrow());
                    default -> { }
                }
            }
        }
        assertEquals(2, rig.announced.size());
        assertTrue(rig.announced.getFirst().audio().highQuality(), "A8.9 a real Host address");
    }

    @Test
    @DisplayName("A6.1 the answer is followed by FIN at once, also when input is left unread")
    void fin() throws Exception {
        launch("one", 1, 0);
        try (Socket socket = rig.connect(rig.rtsp.port())) {
            byte[] request = request("OPTIONS", "rtsp://0.0.0.0", 1, new byte[0]).format();
            long from = System.nanoTime();
            socket.getOutputStream().write(request);
            byte[] answer = socket.getInputStream().readAllBytes();
            assertTrue(System.nanoTime() - from < Duration.ofSeconds(2).toNanos());
            assertEquals(200, ClientResponseParser.parse(answer).status());
        }
        byte[] withMore = Arrays.copyOf(request("OPTIONS", "/", 1, new byte[0]).format(), 200_000);
        assertEquals(200, ClientResponseParser.parse(exchange(withMore)).status());
    }

    @Test
    @DisplayName("A6.2 a request in single bytes is understood; a body beyond 16 KiB is 400 with its CSeq")
    void pieces() throws Exception {
        launch("one", 1, 0);
        try (Socket socket = rig.connect(rig.rtsp.port())) {
            for (byte b : request("DESCRIBE", TARGET, 2, new byte[0]).format()) {
                socket.getOutputStream().write(b);
                socket.getOutputStream().flush();
            }
            assertEquals(200, ClientResponseParser.parse(socket.getInputStream().readAllBytes()).status());
        }
        var answer = ClientResponseParser.parse(exchange(request("ANNOUNCE", "streamid=video", 6, new byte[16 * 1024 + 1]).format()));
        assertEquals(400, answer.status());
        assertEquals("6", answer.headers().get("CSeq"));
    }

    @Test
    @DisplayName("A6.3 A6.5 A6.9 SETUP suffixes, unknown streams and methods, odd targets")
    void targets() throws Exception {
        LaunchTicket ticket = launch("one", 1, 0);
        for (String suffix : List.of("/0/0", "/13/0", "/1/0", "")) {
            for (String stream : List.of("audio", "video", "control")) {
                var answer = ClientResponseParser.parse(exchange(request("SETUP", "streamid=" + stream + suffix, 3, new byte[0]).format()));
                assertEquals(200, answer.status());
                assertEquals(ticket.sessionToken(), answer.session().orElseThrow());
            }
        }
        for (String target : List.of("rtsp://0.0.0.0", "rtspenc://[fe80::1%25eth0]:48010", "rtsp://h:1", "/")) {
            assertEquals(200, ClientResponseParser.parse(exchange(request("OPTIONS", target, 1, new byte[0]).format())).status());
        }
        for (RtspRequest odd : List.of(request("SETUP", "streamid=mic/0/0", 9, new byte[0]), request("SETUP", "/", 9, new byte[0]),
            request("TEARDOWN", "/", 9, new byte[0]))) {
            var answer = ClientResponseParser.parse(exchange(odd.format()));
            assertEquals(404, answer.status());
            assertEquals("9", answer.headers().get("CSeq"));
        }
        assertEquals(454, ClientResponseParser.parse(exchange(
            request("PLAY", "/", 7, new byte[0], new RtspRequest.Header("Session", "beef")).format())).status());
        assertEquals(455, ClientResponseParser.parse(exchange(request("PLAY", "/", 7, new byte[0]).format())).status());
    }

    @Test
    @DisplayName("A8.2 A8.3 A8.4 A8.10 ANNOUNCE is refused with 400, 403 or 455, and makes no stream")
    void announces() throws Exception {
        launch("one", 1, 0);
        rig.codecs = new CodecModes(CodecModes.H264);
        assertEquals(400, announced("v=0\r\n".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(400, announced(announce(config(StreamCodec.HEVC, 7))));
        rig.policy = EncryptionPolicy.MANDATORY;
        assertEquals(403, announced(announce(config(StreamCodec.H264, 1))));
        assertTrue(rig.announced.isEmpty());
        assertEquals(200, announced(announce(config(StreamCodec.H264, 7))));
        assertEquals(455, announced(announce(config(StreamCodec.H264, 7))));
        assertEquals(1, rig.announced.size());
    }

    private int announced(byte[] body) throws Exception {
        var answer = ClientResponseParser.parse(exchange(request("ANNOUNCE", "streamid=control/13/0", 6, body).format()));
        assertEquals("6", answer.headers().get("CSeq"));
        return answer.status();
    }

    @Test
    @DisplayName("A6.7 A6.8 no launch, plain on an encrypted launch, a wrong key and a repeated frame are closed without answer")
    void refusals() throws Exception {
        byte[] plain = request("OPTIONS", "/", 1, new byte[0]).format();
        assertEquals(0, exchange(plain).length);
        LaunchTicket ticket = launch("one", 0x11, 1);
        assertEquals(0, exchange(plain).length);
        byte[] wrong = new RtspCipher(new byte[16], RtspCipher.Side.CLIENT).seal(plain);
        assertEquals(0, exchange(wrong).length);
        byte[] good = new RtspCipher(ticket.key(), RtspCipher.Side.CLIENT).seal(plain);
        assertTrue(exchange(good).length > 0);
        assertEquals(0, exchange(good).length);
        assertArrayEquals(new long[] {1, 1, 1, 1}, new long[] {rig.rtsp.counters().noTicket(), rig.rtsp.counters().plainOnEncrypted(),
            rig.rtsp.counters().wrongKey(), rig.rtsp.counters().replayed()});
    }

    @Test
    @DisplayName("a silent connection ends at the deadline; garbage never hurts the next client")
    void hostile() throws Exception {
        try (ControlPlaneRig quick = new ControlPlaneRig(state.resolve("quick"), Duration.ofMillis(300)); Socket silent = quick.connect(quick.rtsp.port())) {
            assertEquals(-1, silent.getInputStream().read());
            assertEquals(1, quick.rtsp.counters().timedOut());
        }
        launch("one", 1, 0);
        Random random = new Random(42);
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            byte[] noise = new byte[1 + random.nextInt(3000)];
            random.nextBytes(noise);
            Socket socket = rig.connect(rig.rtsp.port());
            socket.getOutputStream().write(noise);
            if (i % 2 == 0) {
                socket.shutdownOutput();
            }
            open.add(socket);
        }
        for (Socket socket : open) {
            socket.close();
        }
        ControlPlaneRig.await("a good request is served", () -> {
            try {
                return exchange(request("OPTIONS", "/", 1, new byte[0]).format()).length > 0;
            } catch (Exception e) {
                return false;
            }
        });
        assertFalse(rig.tickets.isEmpty());
    }
}
