package lumen.core.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import lumen.core.Vectors;
import lumen.core.input.InputDrop;
import lumen.core.input.InputEvent;
import lumen.core.metrics.EventCounters;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ControlStreamTest {
    private static final byte[] KEY = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    private final EventCounters<ControlDrop> drops = new EventCounters<>(ControlDrop.class);
    private final EventCounters<InputDrop> inputDrops = new EventCounters<>(InputDrop.class);
    private final ControlFormat format = new ControlFormat(drops, inputDrops);

    private ControlCipher cipher(ControlCipher.Version version, ControlCipher.Side side) {
        return new ControlCipher(KEY, version, side, drops);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    @DisplayName("K1: every vector opens, V1 and V2, from client and host")
    void shouldOpenEveryVector() {
        Map<String, Object> vectors = Vectors.load("crypto-vectors.json");
        int checked = 0;
        for (String name : vectors.keySet()) {
            if (!name.startsWith("ctlV")) {
                continue;
            }
            Map<String, Object> v = Vectors.object(vectors, name);
            ControlCipher.Version version = v.get("version").equals(1) ? ControlCipher.Version.V1 : ControlCipher.Version.V2;
            ControlCipher.Side receiver = v.get("origin").equals("client") ? ControlCipher.Side.HOST : ControlCipher.Side.CLIENT;
            assertArrayEquals(Vectors.hex(v.get("inner")), cipher(version, receiver).open(Vectors.hex(v.get("packet"))).orElseThrow(), name);
            checked++;
        }
        assertEquals(7, checked);
    }

    @Test
    @DisplayName("K1, K7, K9: packets equal the vectors, the host counts from 0, the tag comes first")
    void shouldSealTheVectors() {
        ControlCipher host = cipher(ControlCipher.Version.V2, ControlCipher.Side.HOST);
        assertEquals("01001c0000000000b835a2b8ace857ddcbad385dce166aa9f2dd4edacf3be801",
                hex(host.seal(ControlFormat.format(new ControlMessage.Termination(ControlMessage.Termination.GRACEFUL)))));
        assertEquals("010022000100000072fec93b60be52c756331318213a5f472a320d7067c145d84a3288503ffa", hex(host.seal(hex("0b010a00eeffc00000000080ffff"))));

        ControlCipher client = cipher(ControlCipher.Version.V2, ControlCipher.Side.CLIENT);
        assertEquals("01001a000000000022302723537811166cb9bfead7dad4575cd629f5cafe",
                hex(client.seal(ControlFormat.format(new ControlMessage.RequestIdr()))));
        for (int i = 1; i < 5; i++) {
            client.seal(ControlFormat.format(new ControlMessage.PeriodicPing()));
        }
        assertEquals("010026000500000092f38e8f93fb76656748dcc32e25076ea7fe524c77fb16721ae18411b40704897787",
                hex(client.seal(ControlFormat.format(new ControlMessage.Input(new InputEvent.Key(0x41, true, 0, false))))));

        ControlCipher old = cipher(ControlCipher.Version.V1, ControlCipher.Side.CLIENT);
        byte[] packet = {};
        for (int i = 0; i <= 0x105; i++) {
            packet = old.seal(ControlFormat.format(new ControlMessage.RequestIdr()));
        }
        assertEquals("01001a00050100004efac1fd7c54061860318aaec87c59b5fc2b7e8c62dd", hex(packet));
    }

    @Test
    @DisplayName("K2: a wrong tag is counted and ignored, and the stream goes on")
    void shouldIgnoreAWrongTag() {
        ControlCipher client = cipher(ControlCipher.Version.V2, ControlCipher.Side.CLIENT);
        ControlCipher host = cipher(ControlCipher.Version.V2, ControlCipher.Side.HOST);
        byte[] packet = client.seal(new byte[] {0, 2, 0, 0});
        for (int i = 4; i < packet.length; i++) {
            byte[] forged = packet.clone();
            forged[i] ^= 0x10;
            assertTrue(host.open(forged).isEmpty());
        }
        assertEquals(packet.length - 4, drops.get(ControlDrop.BAD_TAG));
        assertTrue(host.open(packet).isPresent());
        assertTrue(cipher(ControlCipher.Version.V2, ControlCipher.Side.CLIENT).open(packet).isEmpty(), "a client's packet sent back to it");
    }

    @Test
    @DisplayName("4.2: sequence numbers may arrive in any order, but none twice")
    void shouldRefuseReplays() {
        ControlCipher client = cipher(ControlCipher.Version.V2, ControlCipher.Side.CLIENT);
        ControlCipher host = cipher(ControlCipher.Version.V2, ControlCipher.Side.HOST);
        byte[][] packets = new byte[3000][];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = client.seal(ControlFormat.format(new ControlMessage.PeriodicPing()));
        }
        java.util.List<byte[]> shuffled = new java.util.ArrayList<>(Arrays.asList(packets));
        java.util.Collections.shuffle(shuffled, new Random(5));
        for (byte[] p : shuffled) {
            assertTrue(host.open(p).isPresent());
        }
        for (byte[] p : packets) {
            assertTrue(host.open(p).isEmpty());
        }
        assertEquals(3000, drops.get(ControlDrop.REPLAYED));
    }

    @Test
    void shouldKeepTheReplayWindowOverJumps() {
        ReplayWindow window = new ReplayWindow();
        Set<Long> noted = new HashSet<>();
        Random random = new Random(9);
        long end = 0;
        for (int i = 0; i < 20_000; i++) {
            long n = random.nextInt(500) == 0 ? end + random.nextInt(200_000) : Math.max(0, end + random.nextInt(40) - 30);
            boolean fresh = !noted.contains(n) && (n >= end || end - n <= 65_536);
            assertEquals(fresh, window.fresh(n), "number " + n + ", end " + end);
            if (fresh) {
                window.note(n);
                noted.add(n);
                end = Math.max(end, n + 1);
            }
        }
    }

    @Test
    @DisplayName("K3: lengths that lie, inside and outside, are refused")
    void shouldCheckLengths() {
        assertTrue(format.fromClient(hex("0203030000")).isEmpty());
        assertTrue(format.fromClient(hex("020301000000")).isEmpty());
        assertEquals(2, drops.get(ControlDrop.PAYLOAD_MISMATCH));
        assertTrue(format.fromClient(hex("0103040000000000")).isEmpty());
        assertEquals(1, drops.get(ControlDrop.SHORT_PAYLOAD));
        assertTrue(format.fromClient(hex("3412 0000")).isEmpty());
        assertEquals(1, drops.get(ControlDrop.UNKNOWN_TYPE));
        ControlCipher host = cipher(ControlCipher.Version.V2, ControlCipher.Side.HOST);
        assertTrue(host.open(hex("0203020000000000")).isEmpty());
        assertEquals(1, drops.get(ControlDrop.UNENCRYPTED));
        assertTrue(host.open(hex("01001b000000000022302723537811166cb9bfead7dad4575cd629f5cafe")).isEmpty());
        assertEquals(1, drops.get(ControlDrop.LENGTH_MISMATCH));
        assertTrue(host.open(hex("0100170000000000223027235378111600000000000000000000")).isEmpty());
        assertEquals(1, drops.get(ControlDrop.RUNT));
    }

    @Test
    @DisplayName("K4, K5: IDR requests, start B and reference invalidation")
    void shouldReadVideoRequests() {
        assertEquals(Optional.of(new ControlMessage.RequestIdr()), format.fromClient(hex("020302000000")));
        assertEquals(Optional.of(new ControlMessage.StartB()), format.fromClient(hex("0703010000")));
        assertEquals(Optional.of(new ControlMessage.InvalidateReferences(2, 5)),
                format.fromClient(hex("01031800 02000000 00000000 05000000 000000000000000000000000")));
        assertEquals(Optional.of(new ControlMessage.RequestIdr()),
                format.fromClient(hex("01031800 06000000 00000000 05000000 000000000000000000000000")));
        assertEquals("01031800" + "0200000000000000" + "0500000000000000" + "0000000000000000",
                hex(ControlFormat.format(new ControlMessage.InvalidateReferences(2, 5))));
    }

    @Test
    @DisplayName("K8: the HDR message is 27 bytes of payload, little-endian; a longer one is read alike")
    void shouldFormatHdrMode() {
        ControlMessage.HdrMode hdr = new ControlMessage.HdrMode(true, new HdrMetadata(1, 2, 3, 4, 5, 6, 7, 8, 1000, 10, 0x1234, 400, 0xFFFF));
        byte[] bytes = ControlFormat.format(hdr);
        assertEquals("0e011b00" + "01" + "0100020003000400050006000700" + "0800" + "e803" + "0a00" + "3412" + "9001" + "ffff", hex(bytes));
        byte[] padded = Arrays.copyOf(bytes, bytes.length + 3);
        padded[2] = 30;
        assertEquals(Optional.of(hdr), format.fromHost(padded));
    }

    @Test
    @DisplayName("F1: the captured FEC reports are read; a short one is refused")
    void shouldReadFecReports() {
        FrameFecStatus recovered = fec("00000001 0006 0000 0002 0005 0002 0003 0002 28 00 01");
        assertEquals(new FrameFecStatus(1, 6, 0, 2, 5, 2, 3, 2, 40, 0, 1), recovered);
        assertTrue(recovered.recovered());
        FrameFecStatus lost = fec("00000001 01e3 00f2 002a 00c9 0029 00a5 0023 14 01 03");
        assertEquals(new FrameFecStatus(1, 483, 242, 42, 201, 41, 165, 35, 20, 1, 3), lost);
        assertFalse(lost.recovered());
        assertTrue(format.fromClient(hex("02551400" + "00".repeat(20))).isEmpty());
        assertEquals(1, drops.get(ControlDrop.SHORT_PAYLOAD));
    }

    private FrameFecStatus fec(String payload) {
        byte[] message = hex("02551500" + payload.replace(" ", ""));
        FrameFecStatus status = ((ControlMessage.FecReport) format.fromClient(message).orElseThrow()).status();
        assertArrayEquals(message, ControlFormat.format(new ControlMessage.FecReport(status)));
        return status;
    }

    @Test
    @DisplayName("F2: 0x5502 is a FEC report from the client and a light from the host")
    void shouldKnowTheDirectionOf5502() {
        ControlMessage.RgbLed led = new ControlMessage.RgbLed(1, 2, 3, 255);
        byte[] bytes = ControlFormat.format(led);
        assertEquals("025505000100" + "0203ff", hex(bytes));
        assertEquals(Optional.of(led), format.fromHost(bytes));
        assertTrue(format.fromClient(bytes).isEmpty());
    }

    @Test
    @DisplayName("4.3: host messages have the documented bytes and come back alike")
    void shouldRoundTripHostMessages() {
        Map<ControlMessage.FromHost, String> messages = Map.of(
                new ControlMessage.Termination(0x80030023), "0901040080030023",
                new ControlMessage.Rumble(1, 0x8000, 0xFFFF), "0b010a00eeffc00001000080ffff",
                new ControlMessage.TriggerRumble(2, 1, 65535), "00550600" + "02000100ffff",
                new ControlMessage.MotionEnable(3, 100, 2), "01550500" + "0300640002");
        messages.forEach((m, expected) -> {
            assertEquals(expected, hex(ControlFormat.format(m)));
            assertEquals(Optional.of(m), format.fromHost(ControlFormat.format(m)));
        });
        byte[] left = hex("00010203040506070809");
        byte[] right = hex("10111213141516171819");
        byte[] triggers = ControlFormat.format(new ControlMessage.AdaptiveTriggers(1, 0x0C, 0x21, 0x26, left, right));
        assertEquals("03551900" + "01000c2126" + hex(left) + hex(right), hex(triggers));
        ControlMessage.AdaptiveTriggers back = (ControlMessage.AdaptiveTriggers) format.fromHost(triggers).orElseThrow();
        assertArrayEquals(left, back.left());
        assertArrayEquals(right, back.right());
        assertEquals(0x26, back.typeRight());
    }

    @Test
    @DisplayName("4.3: client messages come back alike")
    void shouldRoundTripClientMessages() {
        for (ControlMessage.FromClient m : new ControlMessage.FromClient[] {new ControlMessage.PeriodicPing(), new ControlMessage.StartB(),
            new ControlMessage.LongTermReferenceAcknowledged(0xFFFF_FFFFL), new ControlMessage.LossStats(0, 50, 77),
            new ControlMessage.Input(new InputEvent.MouseMove(5, -3))}) {
            assertEquals(Optional.of(m), format.fromClient(ControlFormat.format(m)));
        }
        assertEquals("00020800" + "0400000000000000", hex(ControlFormat.format(new ControlMessage.PeriodicPing())));
        assertEquals("01022000" + "00000000" + "32000000" + "e8030000" + "4d00000000000000" + "00000000" + "00000000" + "14000000",
                hex(ControlFormat.format(new ControlMessage.LossStats(0, 50, 77))));
        assertTrue(format.fromClient(hex("06020c00" + "00000009" + "07000000" + "0005fffd")).isEmpty());
        assertEquals(1, drops.get(ControlDrop.BAD_INPUT));
        assertEquals(1, inputDrops.get(InputDrop.SIZE_MISMATCH));
        assertTrue(ControlFormat.nested(hex("01000000")));
    }

    @Property(tries = 3000)
    @Label("Arbitrary packets and messages never throw, and each refusal is counted")
    void shouldTakeArbitraryBytes(@ForAll @Size(max = 80) byte[] bytes, @ForAll boolean plausible) {
        byte[] b = bytes.clone();
        int[] types = {0x0302, 0x0307, 0x0301, 0x0350, 0x0200, 0x5502, 0x0206, 0x0201, 0x010B, 0x5500, 0x5501, 0x5503, 0x010E, 0x0109};
        if (plausible && b.length >= 4) {
            int type = types[(b[0] & 0xFF) % types.length];
            b[0] = (byte) type;
            b[1] = (byte) (type >> 8);
            b[2] = (byte) (b.length - 4);
            b[3] = 0;
        }
        long before = total();
        boolean refused = format.fromClient(b).isEmpty();
        assertEquals(refused, total() > before);
        before = total();
        refused = format.fromHost(b).isEmpty();
        assertEquals(refused, total() > before);
        before = total();
        refused = cipher(ControlCipher.Version.V2, ControlCipher.Side.HOST).open(b).isEmpty();
        assertEquals(refused, total() > before);
    }

    private long total() {
        return drops.report().values().stream().mapToLong(Long::longValue).sum();
    }
}
