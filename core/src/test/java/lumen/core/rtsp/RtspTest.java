package lumen.core.rtsp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lumen.core.Vectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RtspTest {
    private static final byte[] ANNOUNCE = ("ANNOUNCE streamid=control/13/0 RTSP/1.0\r\nCSeq: 6\r\nSession: abc;timeout = 90\r\n"
        + "Content-type: application/sdp\r\nContent-length: 12\r\n\r\nv=0\r\na=b:c \r\n").getBytes(StandardCharsets.ISO_8859_1);
    private final Map<String, Object> vectors = Vectors.load("pairing-vectors.json");

    @Test
    @DisplayName("A6.2 a request cut at any byte parses the same")
    void anyCut() throws Exception {
        for (int cut = 0; cut <= ANNOUNCE.length; cut++) {
            RtspRequestParser parser = new RtspRequestParser();
            Optional<RtspRequest> request = parser.feed(ANNOUNCE, 0, cut);
            if (request.isEmpty()) {
                request = parser.feed(ANNOUNCE, cut, ANNOUNCE.length - cut);
            }
            RtspRequest read = request.orElseThrow();
            assertEquals("ANNOUNCE", read.method());
            assertEquals(6, read.cseq());
            assertEquals("abc", read.sessionToken().orElseThrow());
            assertEquals(StreamKind.CONTROL, read.stream().orElseThrow());
            assertEquals("v=0\r\na=b:c ", new String(read.body(), StandardCharsets.ISO_8859_1).substring(0, 11));
        }
    }

    @Test
    @DisplayName("A6.2 16 KiB of body pass; more, and endless headers, are 400 with the CSeq")
    void limits() throws Exception {
        byte[] most = RtspRequest.of("ANNOUNCE", "/", 6, "h", List.of(), new byte[RtspRequestParser.MAX_BODY]).format();
        assertEquals(RtspRequestParser.MAX_BODY, RtspRequestParser.parse(most).body().length);
        byte[] more = RtspRequest.of("ANNOUNCE", "/", 6, "h", List.of(), new byte[RtspRequestParser.MAX_BODY + 1]).format();
        RtspException refused = assertThrows(RtspException.class, () -> RtspRequestParser.parse(more));
        assertEquals(400, refused.status());
        assertEquals(6, refused.cseq());
        byte[] endless = ("OPTIONS / RTSP/1.0\r\nCSeq: 4\r\n" + "X: y\r\n".repeat(5000)).getBytes(StandardCharsets.US_ASCII);
        assertEquals(4, assertThrows(RtspException.class, () -> RtspRequestParser.parse(endless)).cseq());
        for (String bad : List.of("OPTIONS /\r\nCSeq: 3\r\n\r\n", "OPTIONS / RTSP/2.0\r\nCSeq: 3\r\n\r\n", "A / RTSP/1.0\r\nCSeq: 3\r\nContent-length: -1\r\n\r\n",
            "A / RTSP/1.0\r\nCSeq: 3\r\nContent-length: 9999999999\r\n\r\n")) {
            assertEquals(3, assertThrows(RtspException.class, () -> RtspRequestParser.parse(bad.getBytes(StandardCharsets.US_ASCII))).cseq(), bad);
        }
    }

    @Test
    @DisplayName("A6.8 the encrypted vector seals and opens")
    void cipherVector() throws Exception {
        byte[] key = Vectors.hex(vectors.get("rtspKey"));
        byte[] request = "OPTIONS rtspenc://192.168.1.10:48010 RTSP/1.0\r\nCSeq: 1\r\nX-GS-ClientVersion: 14\r\nHost: 192.168.1.10\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] response = "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        RtspCipher client = new RtspCipher(key, RtspCipher.Side.CLIENT);
        RtspCipher host = new RtspCipher(key, RtspCipher.Side.HOST);
        assertArrayEquals(request, RtspRequest.of("OPTIONS", "rtspenc://192.168.1.10:48010", 1, "192.168.1.10", List.of(), new byte[0]).format());
        assertArrayEquals(response, RtspResponse.of(200, 1).format());
        byte[] sealed = client.seal(request);
        assertArrayEquals(Vectors.hex(vectors.get("rtspRequestFrame")), sealed);
        assertArrayEquals(request, assertInstanceOf(RtspCipher.Opened.Message.class, host.open(sealed)).plain());
        byte[] answer = host.seal(response);
        assertArrayEquals(Vectors.hex(vectors.get("rtspResponseFrame")), answer);
        assertArrayEquals(response, assertInstanceOf(RtspCipher.Opened.Message.class, client.open(answer)).plain());
        assertArrayEquals(new byte[] {4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 'C', 'R'}, RtspCipher.iv(RtspCipher.Side.CLIENT, 0x01020304));
    }

    @Test
    @DisplayName("A6.8 wrong tag, plain text, wrong length and a repeated or older sequence are refused; host IVs never repeat")
    void cipherRefusals() {
        byte[] key = new byte[16];
        RtspCipher client = new RtspCipher(key, RtspCipher.Side.CLIENT);
        RtspCipher host = new RtspCipher(key, RtspCipher.Side.HOST);
        byte[] first = client.seal(new byte[] {1});
        byte[] second = client.seal(new byte[] {2});
        byte[] bent = second.clone();
        bent[10] ^= 1;
        assertEquals(new RtspCipher.Opened.Refused(RtspCipher.Refusal.WRONG_KEY), host.open(bent));
        assertInstanceOf(RtspCipher.Opened.Message.class, host.open(second));
        assertEquals(new RtspCipher.Opened.Refused(RtspCipher.Refusal.REPLAYED), host.open(second));
        assertEquals(new RtspCipher.Opened.Refused(RtspCipher.Refusal.REPLAYED), host.open(first));
        assertEquals(new RtspCipher.Opened.Refused(RtspCipher.Refusal.PLAIN), host.open(ANNOUNCE));
        assertEquals(new RtspCipher.Opened.Refused(RtspCipher.Refusal.PLAIN), host.open(new byte[0]));
        assertEquals(new RtspCipher.Opened.Refused(RtspCipher.Refusal.LENGTH), host.open(Arrays.copyOf(second, second.length + 1)));
        assertEquals(new RtspCipher.Opened.Refused(RtspCipher.Refusal.LENGTH), host.open(Arrays.copyOf(second, 24)));
        assertEquals(new RtspCipher.Opened.Refused(RtspCipher.Refusal.WRONG_KEY), host.open(host.seal(new byte[] {3})), "reflected");
        Set<Integer> sequences = new HashSet<>();
        for (int i = 0; i < 7; i++) {
            assertTrue(sequences.add(RtspFrame.word(host.seal(new byte[1]), RtspFrame.SEQUENCE_OFFSET)));
        }
    }

    @Test
    @DisplayName("A6.2 frames cut at any byte are whole in the end; absurd lengths are refused at once")
    void frames() throws Exception {
        byte[] frame = new RtspCipher(new byte[16], RtspCipher.Side.CLIENT).seal(ANNOUNCE);
        for (int cut = 1; cut < frame.length; cut++) {
            RtspInbound inbound = new RtspInbound();
            assertTrue(inbound.feed(frame, 0, cut).isEmpty());
            var whole = assertInstanceOf(RtspInbound.Arrival.Encrypted.class, inbound.feed(frame, cut, frame.length - cut).orElseThrow());
            assertArrayEquals(frame, whole.bytes());
        }
        byte[] huge = frame.clone();
        huge[0] = (byte) 0xff;
        assertEquals(400, assertThrows(RtspException.class, () -> new RtspInbound().feed(huge, 0, huge.length)).status());
    }

    @Test
    @DisplayName("A6.3 A6.4 the stock client's reading of answers, peculiarities included")
    void clientReading() throws Exception {
        var answer = ClientResponseParser.parse(RtspResponse.of(200, 3).with("Session", "tok;timeout = 90").with("Transport", "server_port=47998-47999")
            .with("X-SS-Ping-Payload", "0123456789abcdef").with("X-SS-Connect-Data", "4294967295").withBody("a=1\n").format());
        assertEquals("tok", answer.session().orElseThrow());
        assertEquals(47998, answer.serverPort().orElseThrow());
        assertEquals("0123456789abcdef", answer.pingPayload().orElseThrow());
        assertEquals(-1, answer.connectData().orElseThrow());
        assertEquals("a=1\n", answer.body().orElseThrow());
        assertEquals("bc", parse("RTSP/1.0 200 OK\r\nA:abc\r\n\r\n").headers().get("A"), "one character goes");
        assertEquals("", parse("RTSP/1.0 200 OK\r\nA: \r\n\r\n").headers().get("A"));
        assertEquals("2", parse("RTSP/1.0 200 OK\r\nA: 1\r\nA: 2\r\n\r\n").headers().get("A"), "the last wins");
        assertTrue(parse("RTSP/1.0 200 OK\r\nsession: x\r\n\r\n").session().isEmpty(), "names are case-sensitive");
        assertTrue(parse("RTSP/1.0 200 OK\r\nX-SS-Ping-Payload: short\r\n\r\n").pingPayload().isEmpty());
        for (String bad : List.of("RTSP/1.0 200 OK\r\n\r\n", "RTSP/1.0 200\r\nA: b\r\n\r\n", "RTSP/1.0 200 \r\nA: b\r\n\r\n", "RTSP/2.0 200 OK\r\nA: b\r\n\r\n",
            "RTSP/1.0 200 OK\nA: b\n\n", "", "RTSP/1.0 200 OK\r\nA: b")) {
            assertEquals(-1, assertThrows(RtspException.class, () -> parse(bad), bad).status());
        }
        for (int status : new int[] {200, 400, 403, 404, 454, 455, 500, 503}) {
            assertEquals(status, ClientResponseParser.parse(RtspResponse.of(status, 9).format()).status());
        }
    }

    private static ClientResponseParser.Answer parse(String text) throws RtspException {
        return ClientResponseParser.parse(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
