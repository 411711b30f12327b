package lumen.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import lumen.core.pairing.PairingCrypto;
import lumen.core.pairing.PairingException;
import lumen.core.pairing.PemCertificate;
import lumen.core.rtsp.ClientResponseParser;
import lumen.core.rtsp.RtspCipher;
import lumen.core.rtsp.RtspException;
import lumen.core.rtsp.RtspInbound;
import lumen.core.rtsp.RtspRequest;
import lumen.core.rtsp.RtspRequestParser;
import lumen.core.sdp.AnnounceParser;
import lumen.core.sdp.CodecModes;
import lumen.core.sdp.DescribeReader;
import lumen.core.sdp.EncryptionPolicy;
import lumen.core.sdp.SdpException;
import lumen.core.session.LaunchException;
import lumen.core.session.LaunchRequest;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Parsers of the control plane against arbitrary bytes: only their own exception may come out. */
class HostileBytesTest {
    private static final AnnounceParser.Limits LIMITS = new AnnounceParser.Limits(new CodecModes(1), EncryptionPolicy.OPPORTUNISTIC, 1392);

    /** Text made of the grammar's own pieces, so that parsers are entered deeply. */
    @Provide
    Arbitrary<String> pieces() {
        return Arbitraries.of("RTSP/1.0", " ", "\r\n", "\n", ":", "CSeq", "Content-length", "12", "-1", "99999999999", "SETUP", "streamid=", "audio", "/",
            "a=", "x-nv-video[0].maxFPS", "200", "OK", "\0", "surround-params=6", "4201", "x-ss-general.featureFlags", ";", "\u00ff", "server_port=", "Transport",
            "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "MIIC", "=").list().ofMaxSize(60).map(list -> String.join("", list));
    }

    @Property(tries = 2000)
    void requestsParseOrRefuse(@ForAll("pieces") String text) {
        try {
            RtspRequest request = RtspRequestParser.parse(text.getBytes(StandardCharsets.ISO_8859_1));
            assertTrue(request.body().length <= RtspRequestParser.MAX_BODY);
            request.stream();
            request.sessionToken();
        } catch (RtspException e) {
            assertEquals(400, e.status());
        }
    }

    @Property(tries = 1000)
    void cutsNeverMatter(@ForAll("pieces") String text, @ForAll @IntRange(min = 1, max = 50) int step) {
        byte[] bytes = ("OPTIONS / RTSP/1.0\r\n" + text + "\r\n\r\n" + text).getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(outcome(bytes, bytes.length), outcome(bytes, step));
    }

    private static String outcome(byte[] bytes, int step) {
        RtspInbound inbound = new RtspInbound();
        try {
            for (int at = 0; at < bytes.length; at += step) {
                Optional<RtspInbound.Arrival> arrival = inbound.feed(bytes, at, Math.min(step, bytes.length - at));
                if (arrival.isPresent() && arrival.get() instanceof RtspInbound.Arrival.Plain plain) {
                    return new String(plain.request().format(), StandardCharsets.ISO_8859_1);
                }
            }
            return "incomplete";
        } catch (RtspException e) {
            return e.status() + " " + e.cseq();
        }
    }

    @Property(tries = 1000)
    void framesOpenOrRefuse(@ForAll byte[] noise, @ForAll boolean marked) {
        byte[] frame = noise.clone();
        if (marked && frame.length > 0) {
            frame[0] |= (byte) 0x80;
        }
        assertTrue(new RtspCipher(new byte[16], RtspCipher.Side.HOST).open(frame) instanceof RtspCipher.Opened.Refused);
        try {
            new RtspInbound().feed(frame, 0, frame.length);
        } catch (RtspException e) {
            assertEquals(400, e.status());
        }
    }

    @Property(tries = 1000)
    void answersParseOrAreMalformed(@ForAll("pieces") String text) {
        for (String message : new String[] {text, "RTSP/1.0 200 OK\r\n" + text + "\r\n\r\n"}) {
            try {
                var answer = ClientResponseParser.parse(message.getBytes(StandardCharsets.ISO_8859_1));
                answer.serverPort();
                answer.connectData();
                answer.pingPayload();
                answer.session();
            } catch (RtspException e) {
                assertEquals(-1, e.status());
            }
        }
    }

    @Property(tries = 1000)
    void sdpParsesOrRefuses(@ForAll("pieces") String text, @ForAll String any) {
        for (String body : new String[] {text, any}) {
            try {
                AnnounceParser.parse(body.getBytes(StandardCharsets.UTF_8), "h", LIMITS);
            } catch (SdpException e) {
                assertTrue(e.status() == 400 || e.status() == 403);
            }
            try {
                DescribeReader.read(body, 6);
            } catch (SdpException e) {
                assertEquals(400, e.status());
            }
        }
    }

    @Property(tries = 1000)
    void launchesParseOrRefuse(@ForAll String value, @ForAll("numbers") String number) {
        for (String v : new String[] {value, number}) {
            try {
                LaunchRequest.parse(Map.of("appid", v, "rikeyid", number, "rikey", "00".repeat(16), "mode", v + "x" + number + "x" + v,
                    "localaudioplaymode", number, "surroundaudioinfo", v, "gcmap", v, "corever", v), false);
            } catch (LaunchException e) {
                assertEquals(400, e.status());
            }
        }
    }

    @Provide
    Arbitrary<String> numbers() {
        return Arbitraries.of("0", "1", "-1", "2147483648", "-2147483649", "9".repeat(30), "1.5", ".", "1.1.1", "+3", " 4", "٣", "");
    }

    @Property(tries = 1000)
    void pairingFieldsParseOrRefuse(@ForAll String text, @ForAll byte[] noise, @ForAll("pieces") String pem) {
        try {
            assertEquals(16, PairingCrypto.hex("f", text, 16, 16).length);
        } catch (PairingException e) {
            assertEquals(PairingException.Reason.MALFORMED_FIELD, e.reason());
        }
        for (byte[] bytes : new byte[][] {noise, pem.getBytes(StandardCharsets.UTF_8)}) {
            try {
                PemCertificate.parse(bytes);
            } catch (PairingException e) {
                assertEquals(PairingException.Reason.BAD_CERTIFICATE, e.reason());
            }
        }
    }
}
