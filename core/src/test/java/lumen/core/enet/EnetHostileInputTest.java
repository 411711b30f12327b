package lumen.core.enet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EnetHostileInputTest {

    @Property(tries = 2000)
    @Label("E9: arbitrary datagrams never throw")
    void shouldTakeArbitraryDatagrams(@ForAll @Size(max = 200) byte[] bytes, @ForAll @IntRange(max = 2) int head) {
        Wire wire = new Wire(1);
        wire.connect(0);
        byte[] d = bytes.clone();
        if (d.length > 0 && head > 0) {
            d[0] = (byte) (head == 1 ? 0x80 : 0);
            if (d.length > 1) {
                d[1] = 0;
            }
        }
        wire.host.receive(d, 0, d.length, Wire.CLIENT, wire.now);
        wire.pass(5);
        assertTrue(wire.host.peers() <= 8);
    }

    @Property(tries = 300)
    @Label("E9: streams of plausible commands with wild fields stay inside the budget")
    void shouldStayInsideItsBudget(@ForAll long seed) {
        Wire wire = new Wire(seed);
        wire.connect(0);
        EnetPeer peer = wire.hostPeer();
        Random random = new Random(seed);
        for (int i = 0; i < 400 && peer.connected(); i++) {
            ByteBuffer d = ByteBuffer.allocate(1200);
            d.putShort((short) 0x8000).putShort((short) (wire.now / 1_000_000));
            int commands = 1 + random.nextInt(4);
            for (int c = 0; c < commands; c++) {
                int type = random.nextInt(20) == 0 ? random.nextInt(16) : 6 + random.nextInt(4);
                int n = random.nextInt(250);
                d.put((byte) (type | (random.nextBoolean() ? 0x80 : 0))).put((byte) random.nextInt(49));
                int sequence = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(20);
                d.putShort((short) sequence);
                switch (type) {
                    case 6 -> d.putShort((short) n);
                    case 7, 9 -> d.putShort((short) random.nextInt()).putShort((short) n);
                    case 8, 12 -> d.putShort((short) (sequence - random.nextInt(3))).putShort((short) n)
                            .putInt(random.nextInt(8) == 0 ? random.nextInt() : 1 + random.nextInt(100)).putInt(random.nextInt(3))
                            .putInt(random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(80_000))
                            .putInt(random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(1000));
                    default -> n = random.nextInt(60);
                }
                byte[] data = new byte[n];
                random.nextBytes(data);
                d.put(data);
            }
            int length = random.nextInt(10) == 0 ? random.nextInt(d.position() + 1) : d.position();
            wire.host.receive(d.array(), 0, length, Wire.CLIENT, wire.now);
            wire.pass(1);
            assertTrue(peer.heldBytes() <= 256 * 1024, () -> "holds " + peer.heldBytes());
        }
    }

    @Test
    @DisplayName("E9: each way to be wrong has its counter")
    void shouldCountEveryDrop() {
        Wire wire = new Wire(1);
        wire.connect(0);
        expect(wire, EnetDrop.RUNT_DATAGRAM, "00");
        expect(wire, EnetDrop.RUNT_DATAGRAM, "8000");
        expect(wire, EnetDrop.COMPRESSED_DATAGRAM, "40000000");
        expect(wire, EnetDrop.UNKNOWN_PEER, "000785ff0001");
        expect(wire, EnetDrop.UNKNOWN_PEER, "0fff85ff0001");
        expect(wire, EnetDrop.UNKNOWN_COMMAND, "00000000000000");
        expect(wire, EnetDrop.UNKNOWN_COMMAND, "00000d00000000");
        expect(wire, EnetDrop.TRUNCATED_COMMAND, "000001ff0001");
        expect(wire, EnetDrop.TRUNCATED_COMMAND, "0000060000010009aabb");
        expect(wire, EnetDrop.BAD_CHANNEL, "0000063000010001aa");
        expect(wire, EnetDrop.WRONG_STATE, "0000" + "82ff" + "00".repeat(46));
        expect(wire, EnetDrop.STRAY_ACKNOWLEDGEMENT, "000001000005" + "00050000");
        expect(wire, EnetDrop.BAD_FRAGMENT, "0000" + "88000001" + "00010001" + "00000000" + "00000000" + "00000010" + "00000000" + "aa");
        expect(wire, EnetDrop.MESSAGE_TOO_LARGE, "0000" + "88000001" + "00010001" + "00000002" + "00000000" + "7fffffff" + "00000000" + "aa");
        expect(wire, EnetDrop.OUT_OF_WINDOW, "0000" + "06007800" + "0001aa");
        expect(wire, EnetDrop.UNRELIABLE_FRAGMENT, "0000" + "0c000001" + "00010001" + "00000002" + "00000000" + "00000010" + "00000000" + "aa");
        byte[] large = new byte[5000];
        wire.host.receive(large, 0, large.length, Wire.CLIENT, wire.now);
        assertEquals(1, wire.host.drops().get(EnetDrop.OVERSIZE_DATAGRAM));
        assertTrue(wire.hostPeer().connected());
    }

    private static void expect(Wire wire, EnetDrop drop, String hex) {
        byte[] d = java.util.HexFormat.of().parseHex(hex);
        long before = wire.host.drops().get(drop);
        wire.host.receive(d, 0, d.length, Wire.CLIENT, wire.now);
        assertEquals(before + 1, wire.host.drops().get(drop), drop + " for " + hex);
    }
}
