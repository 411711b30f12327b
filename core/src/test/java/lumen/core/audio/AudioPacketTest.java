package lumen.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lumen.core.Vectors;
import lumen.core.crypto.AesCbc;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import lumen.core.sdp.DescribeAnswer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Both ends of the audio stream, joined by arrays of datagrams. */
class AudioPacketTest {
    private static final byte[] KEY = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    private static final AudioPacketSettings PLAIN = new AudioPacketSettings(5, null, 0);
    private static final AudioPacketSettings SEALED = new AudioPacketSettings(5, KEY, -1_500_000_000);

    private static final class Received implements AudioSink {
        final List<byte[]> packets = new ArrayList<>();
        final List<Integer> timestamps = new ArrayList<>();
        final List<Integer> lost = new ArrayList<>();

        @Override
        public void packet(MemorySegment opus, int sequence, int timestampMillis) {
            packets.add(opus.toArray(ValueLayout.JAVA_BYTE));
            timestamps.add(timestampMillis);
        }

        @Override
        public void lost(int sequence) {
            lost.add(sequence);
        }
    }

    private static List<byte[]> send(AudioPacketizer packetizer, byte[] opus) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment off = arena.allocate(opus.length).copyFrom(MemorySegment.ofArray(opus));
            int n = packetizer.packetize(off, opus.length);
            List<byte[]> datagrams = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                datagrams.add(packetizer.memory().asSlice(packetizer.offset(i), packetizer.length(i))
                        .toArray(ValueLayout.JAVA_BYTE));
            }
            return datagrams;
        }
    }

    private static void feed(AudioDepacketizer client, byte[] datagram, long now) {
        try (Arena arena = Arena.ofConfined()) {
            client.accept(arena.allocate(Math.max(1, datagram.length)).copyFrom(MemorySegment.ofArray(datagram)), 0,
                    datagram.length, now);
        }
    }

    private static byte[] opus(int sequence, int length) {
        byte[] packet = new byte[length];
        for (int i = 0; i < length; i++) {
            packet[i] = (byte) (17 * sequence + 3 * i + 1);
        }
        return packet;
    }

    @Test
    @DisplayName("A1, A3: datagrams equal the vectors; parity comes right after the fourth packet")
    @SuppressWarnings("unchecked")
    void shouldReproduceTheVectors() {
        List<String> expected = ((List<Map<String, Object>>) Vectors.load("audio-vectors.json").get("datagrams"))
                .stream().map(d -> (String) d.get("hex")).toList();
        List<String> sent = new ArrayList<>();
        try (AudioPacketizer packetizer = new AudioPacketizer(PLAIN)) {
            for (int s = 0; s < 8; s++) {
                send(packetizer, opus(s, 20)).forEach(d -> sent.add(HexFormat.of().formatHex(d)));
            }
        }
        assertEquals(expected, sent);
    }

    @Test
    @DisplayName("A1, A4: any two of six may be lost, in clear and sealed, across the sequence wrap")
    void anyTwoMayBeLost() {
        for (AudioPacketSettings settings : List.of(PLAIN, SEALED)) {
            for (int lost = 0; lost < 36; lost++) {
                Received got = new Received();
                try (AudioPacketizer host = new AudioPacketizer(settings, 65528, 1000);
                     AudioDepacketizer client = new AudioDepacketizer(settings, got)) {
                    List<byte[]> datagrams = new ArrayList<>();
                    for (int s = 0; s < 24; s++) {
                        datagrams.addAll(send(host, opus(s, 60)));
                    }
                    for (int i = 0; i < datagrams.size(); i++) {
                        int inBlock = i % 6;
                        if (i < 6 || inBlock != lost / 6 && inBlock != lost % 6) {
                            feed(client, datagrams.get(i), i);
                        }
                    }
                    assertEquals(List.of(), got.lost);
                    assertEquals(24, got.packets.size());
                    for (int s = 0; s < 24; s++) {
                        assertArrayEquals(opus(s, 60), got.packets.get(s));
                        assertEquals(1000 + 5 * s, got.timestamps.get(s));
                    }
                }
            }
        }
    }

    @Test
    void shouldMissAPacketOnlyOnceALaterOneIsThere() {
        long second = 1_000_000_000L;
        Received got = new Received();
        try (AudioPacketizer host = new AudioPacketizer(PLAIN); AudioDepacketizer client = new AudioDepacketizer(PLAIN, got)) {
            List<byte[]> datagrams = new ArrayList<>();
            for (int s = 0; s < 8; s++) {
                datagrams.addAll(send(host, opus(s, 60)));
            }
            feed(client, datagrams.get(0), 0);
            client.poll(5 * second);
            assertEquals(List.of(), got.lost, "the sender only pauses");
            // Packets 1 to 3 and all parity of the first block are gone; the second block tells.
            feed(client, datagrams.get(6), 6 * second);
            assertEquals(List.of(), got.lost, "they may still be under way");
            client.poll(7 * second);
            assertEquals(List.of(1, 2, 3), got.lost);
            assertEquals(2, got.packets.size());
        }
    }

    @Test
    @DisplayName("A2, A8: packets of another length or beyond 1400 bytes are refused before they are sent")
    void lengthsAreChecked() {
        try (AudioPacketizer host = new AudioPacketizer(PLAIN)) {
            send(host, opus(0, 60));
            assertThrows(IllegalArgumentException.class, () -> send(host, opus(1, 61)));
        }
        for (AudioPacketSettings settings : List.of(PLAIN, SEALED)) {
            int most = settings.largestOpusPacket();
            try (AudioPacketizer host = new AudioPacketizer(settings)) {
                for (int s = 0; s < 4; s++) {
                    send(host, opus(s, most)).forEach(d -> assertTrue(d.length <= 1400));
                }
            }
            try (AudioPacketizer host = new AudioPacketizer(settings)) {
                assertThrows(IllegalArgumentException.class, () -> send(host, opus(0, most + 1)));
            }
        }
    }

    @Test
    @DisplayName("A5: ciphertext and IV of the vectors: rikeyid + sequence modulo 2^32")
    void sealsAsTheVectors() {
        for (String name : new String[] {"audio", "audioAligned"}) {
            Map<String, Object> v = Vectors.object(Vectors.load("crypto-vectors.json"), name);
            byte[] plain = Vectors.hex(v.get("plaintext"));
            int sequence = name.equals("audio") ? 65534 : 0;
            int keyId = name.equals("audio") ? -1_500_000_000 : 1;
            byte[] out = new byte[AesCbc.sealedLength(plain.length)];
            new AudioCipher(new AudioPacketSettings(5, KEY, keyId)).seal(sequence, plain, plain.length, out);
            assertArrayEquals(Vectors.hex(v.get("ciphertext")), out);
        }
    }

    @Test
    @DisplayName("A7: the four surround lines, normal before high")
    void surroundLinesAreRight() {
        String answer = new DescribeAnswer(0, 0, 0, false, false, false).encode();
        for (OpusConfiguration c : OpusConfiguration.values()) {
            if (c.channels() > 2) {
                StringBuilder digits = new StringBuilder().append(c.channels()).append(c.streams()).append(c.coupled());
                // Clients move the last digit of the normal line to position 3, so it is announced at the end.
                List<Integer> order = new ArrayList<>();
                for (byte b : c.mapping()) {
                    order.add((int) b);
                }
                if (!c.high()) {
                    order.add(order.remove(3));
                }
                order.forEach(digits::append);
                assertTrue(answer.contains("surround-params=" + digits + "\n"), c + ": " + digits);
            }
        }
    }

    @Test
    @DisplayName("What can't be recovered is reported lost, in order, once its time is up")
    void reportsLosses() {
        Received got = new Received();
        try (AudioPacketizer host = new AudioPacketizer(PLAIN); AudioDepacketizer client = new AudioDepacketizer(PLAIN, got)) {
            List<byte[]> datagrams = new ArrayList<>();
            for (int s = 0; s < 8; s++) {
                datagrams.addAll(send(host, opus(s, 60)));
            }
            feed(client, datagrams.get(0), 0);
            feed(client, datagrams.get(4), 1);
            client.poll(29_000_000);
            assertEquals(List.of(), got.lost);
            client.poll(31_000_000);
            assertEquals(List.of(1, 2, 3), got.lost);
            for (int i = 6; i < 12; i++) {
                feed(client, datagrams.get(i), 32_000_000);
            }
            assertEquals(5, got.packets.size());
            assertEquals(3, client.counters().get(AudioDrop.LOST));
        }
    }

    @Property(tries = 300)
    @Label("Hostile bytes are counted, never thrown")
    void survivesHostileDatagrams(@ForAll byte[] noise, @ForAll long seed, @ForAll boolean sealed,
                                  @ForAll @IntRange(min = 1, max = 200) int length) {
        AudioPacketSettings settings = sealed ? SEALED : PLAIN;
        Random random = new Random(seed);
        Received got = new Received();
        try (AudioPacketizer host = new AudioPacketizer(settings); AudioDepacketizer client = new AudioDepacketizer(settings, got)) {
            feed(client, noise, 0);
            for (int s = 0; s < 40; s++) {
                for (byte[] d : send(host, opus(s, length))) {
                    byte[] bent = Arrays.copyOf(d, random.nextInt(3) == 0 ? random.nextInt(1500) : d.length);
                    for (int i = 0; i < 4 && bent.length > 0; i++) {
                        bent[random.nextInt(Math.min(bent.length, 24))] = (byte) random.nextInt();
                    }
                    feed(client, bent, s);
                    feed(client, d, s);
                }
            }
            assertTrue(got.packets.size() + got.lost.size() > 0);
        }
    }
}
