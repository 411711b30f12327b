package lumen.core.video;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import lumen.core.Vectors;
import lumen.core.fec.ErasureCode;
import lumen.core.fec.FecKernels;
import lumen.core.loss.LossModel;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Both ends of the video stream, joined by arrays of datagrams. */
class VideoStreamTest {
    private static final byte[] KEY = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    private final Arena arena = Arena.ofAuto();

    private static final class Received implements VideoSink {
        final List<byte[]> units = new ArrayList<>();
        final List<Integer> numbers = new ArrayList<>();
        int idrRequests;
        final List<String> invalidations = new ArrayList<>();
        int latency;
        int timestamp;

        @Override
        public void frame(MemorySegment unit, int frameIndex, int type, int latencyTenthMillis, int rtpTimestamp) {
            units.add(unit.toArray(ValueLayout.JAVA_BYTE));
            numbers.add(frameIndex);
            latency = latencyTenthMillis;
            timestamp = rtpTimestamp;
        }

        @Override
        public void requestIdr() {
            idrRequests++;
        }

        @Override
        public void invalidate(int first, int last) {
            invalidations.add(first + ".." + last);
        }
    }

    private final class Host {
        final VideoPacketSettings settings;
        final Packetizer packetizer;
        final DatagramRing ring;

        Host(VideoPacketSettings settings) {
            this.settings = settings;
            packetizer = new Packetizer(settings, ErasureCode.video(FecKernels.shared().scalar()));
            ring = new DatagramRing(settings.datagramLength(), 2 * FecBlockPlan.MAX_FRAME_SHARDS);
        }

        List<byte[]> send(byte[] unit, int type) {
            return send(unit, type, 12, 3000);
        }

        List<byte[]> send(byte[] unit, int type, int latency, int timestamp) {
            try (Arena a = Arena.ofConfined()) {
                MemorySegment off = a.allocate(Math.max(1, unit.length)).copyFrom(MemorySegment.ofArray(unit));
                QueuedFrame frame = packetizer.packetize(off, type, latency, timestamp, ring);
                if (frame == null) {
                    return null;
                }
                packetizer.publish(frame, ring);
                QueuedFrame taken = ring.peek();
                List<byte[]> datagrams = new ArrayList<>();
                for (int i = 0; i < taken.datagrams(); i++) {
                    datagrams.add(ring.memory().asSlice(taken.offset() + (long) i * ring.datagramLength(),
                            ring.datagramLength()).toArray(ValueLayout.JAVA_BYTE));
                }
                ring.release(taken);
                return datagrams;
            }
        }
    }

    private void feed(Depacketizer client, byte[] datagram) {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment off = a.allocate(Math.max(1, datagram.length)).copyFrom(MemorySegment.ofArray(datagram));
            client.accept(off, 0, datagram.length);
        }
    }

    private static byte[] unit(int length, long seed) {
        byte[] unit = new byte[length];
        new Random(seed).nextBytes(unit);
        return unit;
    }

    @Test
    @DisplayName("V1, V4, V7: datagrams equal the vectors byte for byte, and any two of each frame may be lost")
    @SuppressWarnings("unchecked")
    void shouldReproduceTheVectors() {
        VideoPacketSettings settings = new VideoPacketSettings(64, 20, 2, null);
        List<Map<String, Object>> frames = (List<Map<String, Object>>) Vectors.load("video-vectors.json").get("frames");
        Host host = new Host(settings);
        List<List<byte[]>> sent = new ArrayList<>();
        for (Map<String, Object> f : frames) {
            List<byte[]> datagrams = host.send(Vectors.hex(f.get("accessUnit")), (int) f.get("frameType"),
                    (int) f.get("latency10thMs"), (int) f.get("rtpTimestamp"));
            List<String> expected = (List<String>) f.get("datagrams");
            assertEquals(expected, datagrams.stream().map(HexFormat.of()::formatHex).toList());
            sent.add(datagrams);
        }
        int first = sent.get(0).size();
        int second = sent.get(1).size();
        for (int a = 0; a < first * first; a++) {
            for (int b = 0; b < second * second; b++) {
                Received got = new Received();
                try (Depacketizer client = new Depacketizer(settings, false, got)) {
                    deliver(client, sent.get(0), a / first, a % first);
                    deliver(client, sent.get(1), b / second, b % second);
                }
                assertEquals(List.of(1, 2), got.numbers);
                assertArrayEquals(Vectors.hex(frames.get(0).get("accessUnit")), got.units.get(0));
                assertArrayEquals(Vectors.hex(frames.get(1).get("accessUnit")), got.units.get(1));
                assertEquals(12, got.latency);
                assertEquals(4500, got.timestamp);
            }
        }
    }

    private void deliver(Depacketizer client, List<byte[]> datagrams, int lostA, int lostB) {
        for (int i = 0; i < datagrams.size(); i++) {
            if (i != lostA && i != lostB) {
                feed(client, datagrams.get(i));
            }
        }
    }

    @Test
    @DisplayName("V2: the client computes the same parity count, for every k")
    void parityCountRoundTrips() {
        for (int percentage : new int[] {5, 10, 20, 30, 50, 100, 255}) {
            for (int minimum = 0; minimum <= 3; minimum++) {
                FecBlockPlan plan = new FecBlockPlan(percentage, minimum);
                for (int k = 1; k <= FecBlockPlan.maxDataShards(percentage); k++) {
                    assertTrue(plan.plan(k));
                    assertEquals(1, plan.blocks());
                    int m = plan.parityShards(0);
                    assertEquals(m, FecBlockPlan.parityShards(k, plan.percentage(0)));
                    assertTrue(k + m <= 255 && plan.percentage(0) <= 255 && m >= Math.min(2, minimum));
                }
            }
        }
    }

    @Property(tries = 500)
    @Label("V6: blocks cover the frame, at most four, and no parity if that isn't enough")
    void blocksCoverTheFrame(@ForAll @IntRange(min = 1, max = 4092) int shards,
                             @ForAll @IntRange(min = 0, max = 255) int percentage) {
        FecBlockPlan plan = new FecBlockPlan(percentage, 2);
        assertTrue(plan.plan(shards));
        int sum = 0;
        for (int b = 0; b < plan.blocks(); b++) {
            int k = plan.dataShards(b);
            int m = plan.parityShards(b);
            assertTrue(k >= 1 && k <= 1023);
            assertTrue(m == 0 || k + m <= 255);
            sum += k;
        }
        assertEquals(shards, sum);
        boolean oversize = shards > 4 * FecBlockPlan.maxDataShards(percentage);
        assertEquals(oversize || percentage == 0, plan.percentage(0) == 0);
        assertFalse(plan.plan(FecBlockPlan.MAX_FRAME_SHARDS + 1));
    }

    @Test
    @DisplayName("V6: a frame of more than 4092 shards is refused and takes no frame number")
    void tooLargeFramesAreRefused() {
        VideoPacketSettings settings = new VideoPacketSettings(64, 20, 2, null);
        Host host = new Host(settings);
        assertNotNull(host.send(unit(50, 1), FrameHeader.FRAME_IDR));
        int most = FecBlockPlan.MAX_FRAME_SHARDS * 48 - FrameHeader.LENGTH;
        assertTrue(host.packetizer.fits(most));
        assertFalse(host.packetizer.fits(most + 1));
        assertNull(host.send(unit(most + 1, 2), FrameHeader.FRAME_P));
        Received got = new Received();
        try (Depacketizer client = new Depacketizer(settings, false, got)) {
            Host fresh = new Host(settings);
            byte[] largest = unit(most, 3);
            for (byte[] d : fresh.send(largest, FrameHeader.FRAME_IDR)) {
                assertEquals(0, ShardHeader.percentage(MemorySegment.ofArray(d), 0));
                assertEquals(3, ShardHeader.lastBlock(MemorySegment.ofArray(d), 0));
                feed(client, d);
            }
            assertArrayEquals(largest, got.units.getFirst());
        }
        assertEquals(2, ShardHeader.frameIndex(MemorySegment.ofArray(host.send(unit(9, 4), FrameHeader.FRAME_P).getFirst()), 0));
    }

    @Test
    @DisplayName("V5, V12: flags per block, one counter over data and parity across the 16-bit wrap, parity after data")
    void headersFollowTheCounter() {
        Host host = new Host(new VideoPacketSettings(64, 20, 2, null));
        long counter = 0;
        int frame = 0;
        while (counter < 70_000) {
            int block = 0;
            int inBlock = 0;
            for (byte[] d : host.send(unit(48 * 500, frame), frame++ == 0 ? FrameHeader.FRAME_IDR : FrameHeader.FRAME_P)) {
                MemorySegment s = MemorySegment.ofArray(d);
                assertEquals(80, d.length);
                assertEquals((int) (counter & 0xFFFF), ShardHeader.sequence(s, 0));
                assertEquals(frame, ShardHeader.frameIndex(s, 0));
                if (ShardHeader.block(s, 0) != block) {
                    assertEquals(block + 1, ShardHeader.block(s, 0));
                    block++;
                    inBlock = 0;
                }
                int k = ShardHeader.dataShards(s, 0);
                assertEquals(inBlock, ShardHeader.shardIndex(s, 0));
                if (inBlock < k) {
                    assertEquals((int) counter << 8, ShardHeader.streamPacketIndex(s, 0));
                    assertEquals(1 | (inBlock == 0 ? 4 : 0) | (inBlock == k - 1 ? 2 : 0), ShardHeader.flags(s, 0));
                }
                inBlock++;
                counter++;
            }
            assertEquals(2, block);
        }
    }

    @Test
    @DisplayName("V10: lastPayloadLen at and around multiples of the payload, and in single-shard frames")
    void lastPayloadLengthIsRight() {
        VideoPacketSettings settings = new VideoPacketSettings(64, 20, 2, null);
        for (int length : new int[] {1, 39, 40, 41, 48 * 3 - 9, 48 * 3 - 8, 48 * 3 - 7}) {
            byte[] unit = unit(length, length);
            Received got = new Received();
            try (Depacketizer client = new Depacketizer(settings, false, got)) {
                List<byte[]> datagrams = new Host(settings).send(unit, FrameHeader.FRAME_IDR);
                int expected = (8 + length) % 48 == 0 ? 48 : (8 + length) % 48;
                assertEquals(expected, FrameHeader.lastPayloadLength(MemorySegment.ofArray(datagrams.getFirst()), 32));
                datagrams.forEach(d -> feed(client, d));
                assertArrayEquals(unit, got.units.getFirst());
            }
        }
    }

    @Test
    @DisplayName("V7, V11: encrypted datagrams are 32 bytes longer, IVs never repeat, forgeries are counted")
    void encryptedStreamsWork() {
        VideoPacketSettings settings = new VideoPacketSettings(1360, 20, 2, KEY);
        Host host = new Host(settings);
        Set<String> ivs = new HashSet<>();
        Received got = new Received();
        LossModel loss = LossModel.random(0.08, 11);
        try (Depacketizer client = new Depacketizer(settings, false, got)) {
            int count = 0;
            for (int f = 0; f < 40; f++) {
                byte[] unit = unit(20_000, f);
                for (byte[] d : host.send(unit, FrameHeader.FRAME_IDR)) {
                    assertEquals(1408, d.length);
                    assertTrue(ivs.add(HexFormat.of().formatHex(d, 0, 12)));
                    assertEquals('V', d[11]);
                    assertEquals(f + 1, MemorySegment.ofArray(d).get(ValueLayout.JAVA_INT_UNALIGNED, 12));
                    byte[] forged = d.clone();
                    forged[100] ^= 1;
                    feed(client, forged);
                    if (!loss.lost()) {
                        feed(client, d);
                    }
                    count++;
                }
            }
            assertEquals(count, ivs.size());
            assertTrue(client.counters().get(VideoDrop.FORGED) > 0);
            assertTrue(client.counters().get(VideoDrop.RECOVERED) > 0);
            assertTrue(got.units.size() > 20);
        }
    }

    @Test
    @DisplayName("V11: the vector of an encrypted shard")
    void encryptsAsTheVector() {
        Map<String, Object> v = Vectors.object(Vectors.load("crypto-vectors.json"), "video");
        byte[] shard = Vectors.hex(v.get("shard"));
        SealedShard seal = new SealedShard(KEY, shard.length);
        MemorySegment memory = arena.allocate(32 + shard.length);
        for (int i = 0; i <= 3; i++) {
            MemorySegment.copy(shard, 0, memory, ValueLayout.JAVA_BYTE, 32, shard.length);
            seal.seal(memory, 0, 2);
        }
        byte[] out = memory.toArray(ValueLayout.JAVA_BYTE);
        assertEquals("0300000000000000" + "00000056" + "02000000" + v.get("tag") + v.get("ciphertext"),
                HexFormat.of().formatHex(out));
    }

    @Test
    @DisplayName("V8: P frames before the first IDR are left out without a request")
    void waitsForTheFirstIdr() {
        VideoPacketSettings settings = new VideoPacketSettings(1024, 20, 2, null);
        Host host = new Host(settings);
        Received got = new Received();
        try (Depacketizer client = new Depacketizer(settings, false, got)) {
            host.send(unit(500, 1), FrameHeader.FRAME_P).forEach(d -> feed(client, d));
            host.send(unit(500, 2), FrameHeader.FRAME_IDR).forEach(d -> feed(client, d));
            assertEquals(List.of(2), got.numbers);
            assertEquals(0, got.idrRequests);
        }
    }

    @Test
    @DisplayName("V9: after a loss one IDR request follows the next complete frame; frames resume with type 2 or 5")
    void asksForAnIdrAfterALoss() {
        VideoPacketSettings settings = new VideoPacketSettings(1024, 20, 2, null);
        for (boolean invalidation : new boolean[] {false, true}) {
            Host host = new Host(settings);
            Received got = new Received();
            try (Depacketizer client = new Depacketizer(settings, invalidation, got)) {
                host.send(unit(5000, 1), FrameHeader.FRAME_IDR).forEach(d -> feed(client, d));
                host.send(unit(5000, 2), FrameHeader.FRAME_P);
                host.send(unit(5000, 3), FrameHeader.FRAME_P).forEach(d -> feed(client, d));
                host.send(unit(5000, 4), FrameHeader.FRAME_P).forEach(d -> feed(client, d));
                host.send(unit(5000, 5), invalidation ? FrameHeader.FRAME_AFTER_INVALIDATION : FrameHeader.FRAME_IDR)
                        .forEach(d -> feed(client, d));
                assertEquals(List.of(1, 5), got.numbers);
                assertEquals(invalidation ? 0 : 1, got.idrRequests);
                assertEquals(invalidation ? List.of("2..2", "2..3", "2..4") : List.of(), got.invalidations);
                assertEquals(1, client.counters().get(VideoDrop.FRAME_LOST));
            }
        }
    }

    @Property(tries = 40)
    @Label("Losses within the parity leave no trace, whatever the frame's size")
    void recoversFromLosses(@ForAll @IntRange(min = 1, max = 300_000) int length, @ForAll long seed) {
        VideoPacketSettings settings = new VideoPacketSettings(1392, 20, 2, null);
        Received got = new Received();
        Random random = new Random(seed);
        try (Depacketizer client = new Depacketizer(settings, false, got)) {
            byte[] unit = unit(length, seed);
            List<byte[]> datagrams = new Host(settings).send(unit, FrameHeader.FRAME_IDR);
            int block = -1;
            int spare = 0;
            for (byte[] d : datagrams) {
                MemorySegment s = MemorySegment.ofArray(d);
                if (ShardHeader.block(s, 0) != block) {
                    block = ShardHeader.block(s, 0);
                    spare = FecBlockPlan.parityShards(ShardHeader.dataShards(s, 0), ShardHeader.percentage(s, 0));
                }
                if (spare > 0 && random.nextInt(4) == 0) {
                    spare--;
                } else {
                    feed(client, d);
                }
            }
            assertArrayEquals(unit, got.units.getFirst());
        }
    }

    @Property(tries = 300)
    @Label("Hostile bytes are counted, never thrown, and a sound stream behind them still plays")
    void survivesHostileDatagrams(@ForAll byte[] noise, @ForAll long seed, @ForAll boolean encrypted) {
        VideoPacketSettings settings = new VideoPacketSettings(64, 20, 2, encrypted ? KEY : null);
        Random random = new Random(seed);
        Host host = new Host(settings);
        Received got = new Received();
        try (Depacketizer client = new Depacketizer(settings, random.nextBoolean(), got)) {
            feed(client, noise);
            for (int f = 0; f < 20; f++) {
                for (byte[] d : host.send(unit(1 + random.nextInt(3000), f), FrameHeader.FRAME_IDR)) {
                    byte[] bent = d.clone();
                    for (int i = 0; i < 3; i++) {
                        bent[random.nextInt(Math.min(bent.length, 40))] = (byte) random.nextInt();
                    }
                    feed(client, random.nextInt(3) == 0 ? java.util.Arrays.copyOf(bent, random.nextInt(200)) : bent);
                    feed(client, d);
                }
            }
            if (encrypted) {
                assertEquals(20, got.units.size());
            }
        }
    }

    @Test
    @DisplayName("A frame number far ahead doesn't end the stream")
    void ignoresImplausibleFrames() {
        VideoPacketSettings settings = new VideoPacketSettings(64, 20, 2, null);
        Host host = new Host(settings);
        Received got = new Received();
        try (Depacketizer client = new Depacketizer(settings, false, got)) {
            List<byte[]> first = host.send(unit(100, 1), FrameHeader.FRAME_IDR);
            byte[] far = first.getFirst().clone();
            MemorySegment.ofArray(far).set(ValueLayout.JAVA_INT_UNALIGNED, ShardHeader.FRAME_INDEX_OFFSET, 1_000_000);
            feed(client, far);
            first.forEach(d -> feed(client, d));
            assertEquals(List.of(1), got.numbers);
            assertEquals(1, client.counters().get(VideoDrop.IMPLAUSIBLE_FRAME));
        }
    }

    @Test
    @DisplayName("The ring hands over frames in order, in one piece, and has no more than fits")
    void ringKeepsOrder() {
        VideoPacketSettings settings = new VideoPacketSettings(64, 20, 0, null);
        Packetizer packetizer = new Packetizer(settings);
        try (DatagramRing ring = new DatagramRing(settings.datagramLength(), 40)) {
            MemorySegment unit = arena.allocate(48 * 10 - 8);
            int taken = 0;
            for (int round = 0; round < 50; round++) {
                QueuedFrame frame;
                while ((frame = packetizer.packetize(unit, FrameHeader.FRAME_P, 0, round, ring)) != null) {
                    packetizer.publish(frame, ring);
                }
                assertTrue(ring.frames() >= 2);
                QueuedFrame oldest = ring.peek();
                assertEquals(++taken, oldest.frameIndex());
                assertTrue(oldest.offset() + 12 * 80 <= ring.memory().byteSize());
                ring.release(oldest);
            }
        }
    }
}
