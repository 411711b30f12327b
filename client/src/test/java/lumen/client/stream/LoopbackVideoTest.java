package lumen.client.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import lumen.card.CardState;
import lumen.client.media.CardEncoder;
import lumen.client.media.H264Decoder;
import lumen.client.verify.CardVerifier;
import lumen.core.loss.LossModel;
import lumen.core.video.BlockReport;
import lumen.core.video.DatagramRing;
import lumen.core.video.FrameHeader;
import lumen.core.video.Packetizer;
import lumen.core.video.QueuedFrame;
import lumen.core.video.VideoPacketSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Encoded cards through the real packetizer and a real socket into the receiving threads. */
@Timeout(60)
class LoopbackVideoTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 192;
    private static final String PAYLOAD = "0123456789abcdef";

    @TempDir
    Path folder;

    private final List<Throwable> failures = new ArrayList<>();
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<BlockReport> reports = new LinkedBlockingQueue<>();
    private DatagramChannel host;
    private CardEncoder encoder;
    private AccessUnitQueue queue;
    private CardVerifier verifier;
    private H264Decoder decoder;
    private PictureDecoder pictures;
    private VideoReceiver receiver;
    private SocketAddress client;
    private long sent;

    @BeforeEach
    void open() throws Exception {
        host = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        encoder = new CardEncoder(WIDTH, HEIGHT, 4000);
        queue = new AccessUnitQueue();
        verifier = new CardVerifier(WIDTH, HEIGHT, 0, Duration.ZERO);
        decoder = new H264Decoder();
    }

    @AfterEach
    void close() throws Exception {
        receiver.stop();
        pictures.await();
        receiver.close();
        pictures.close();
        queue.close();
        verifier.close();
        decoder.close();
        encoder.close();
        host.close();
    }

    private void connect(VideoPacketSettings settings, LossModel loss) throws Exception {
        pictures = new PictureDecoder(queue, decoder, Optional.of(verifier), Optional.of(folder.resolve("last.png")),
                Optional.of(folder.resolve("all.h264")), () -> requests.add("first"), failures::add);
        receiver = new VideoReceiver((InetSocketAddress) host.getLocalAddress(), PAYLOAD, settings, false, loss, queue,
                new VideoReceiver.Requests() {
                    @Override
                    public void requestIdr() {
                        requests.add("idr");
                    }

                    @Override
                    public void invalidate(int first, int last) {
                        requests.add("invalidate");
                    }

                    @Override
                    public void report(BlockReport block) {
                        reports.add(block);
                    }
                }, failures::add);
        pictures.start();
        receiver.start();
        ByteBuffer ping = ByteBuffer.allocate(64);
        client = host.receive(ping);
        ping.flip();
        assertEquals(20, ping.remaining());
        assertEquals(PAYLOAD, StandardCharsets.US_ASCII.decode(ping.slice(0, 16)).toString());
        assertEquals(1, ping.getInt(16));
    }

    /** Sends one card a frame, an IDR where asked; every datagram of the frames in {@code skip} is withheld. */
    private void send(VideoPacketSettings settings, int frames, List<Integer> idrs, List<Integer> skip) throws Exception {
        Packetizer packetizer = new Packetizer(settings);
        try (DatagramRing ring = new DatagramRing(settings.datagramLength()); Arena arena = Arena.ofConfined()) {
            MemorySegment unit = arena.allocate(1 << 18);
            for (int i = 1; i <= frames; i++) {
                byte[] bytes = encoder.encode(CardState.of(1000 + i, System.nanoTime()), idrs.contains(i));
                MemorySegment.copy(bytes, 0, unit, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, bytes.length);
                QueuedFrame frame = packetizer.packetize(unit.asSlice(0, bytes.length),
                        encoder.wasKey() ? FrameHeader.FRAME_IDR : FrameHeader.FRAME_P, 42, 1500 * i, ring);
                packetizer.publish(frame, ring);
                for (int d = 0; d < frame.datagrams() && !skip.contains(i); d++) {
                    host.send(ring.memory().asSlice(frame.offset() + (long) d * ring.datagramLength(),
                            ring.datagramLength()).asByteBuffer(), client);
                }
                sent += skip.contains(i) ? 0 : frame.datagrams();
                ring.release(frame);
                awaitTaken();
            }
        }
    }

    /** Not faster than the client decodes, as a real stream. */
    private void awaitTaken() {
        await(() -> receiver.received() >= sent && queue.isEmpty());
    }

    private void awaitComplete(long frames) {
        await(() -> pictures.decoded() >= frames);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.yield();
        }
    }

    @Test
    void shouldVerifyAnEncryptedStreamAndDumpIt() throws Exception {
        VideoPacketSettings settings = new VideoPacketSettings(1024, 20, 2, new byte[16]);
        connect(settings, LossModel.none());
        send(settings, 40, List.of(1), List.of());
        awaitComplete(40);
        receiver.stop();
        pictures.await();
        assertEquals(List.of(), failures);
        assertEquals(List.of(), verifier.failures());
        assertEquals(40, receiver.complete());
        assertEquals(40, pictures.decoded());
        assertEquals(40, verifier.verified());
        assertEquals(1, receiver.idr());
        assertEquals(0, receiver.lost());
        assertEquals(4.2, receiver.hostLatency().percentiles().p50(), 0.1);
        assertEquals(List.of("first"), List.copyOf(requests));
        assertTrue(Files.size(folder.resolve("last.png")) > 1000);
        byte[] dump = Files.readAllBytes(folder.resolve("all.h264"));
        assertEquals(1, dump[3] | dump[2] & 1, "begins with a start code");
    }

    @Test
    void shouldRecoverSeededLossByParity() throws Exception {
        VideoPacketSettings settings = new VideoPacketSettings(512, 50, 2, null);
        connect(settings, LossModel.random(0.05, 3));
        send(settings, 120, List.of(1), List.of());
        awaitComplete(120);
        receiver.stop();
        pictures.await();
        assertTrue(receiver.packets().droppedOnPurpose() > 0);
        assertTrue(receiver.packets().recovered() > 0);
        assertEquals(List.of(), verifier.failures());
        assertEquals(0, receiver.lost(), receiver.packets().toString());
        assertEquals(120, verifier.verified());
        assertEquals(receiver.packets().recovered(), reports.stream().mapToInt(r -> r.dataShards() - r.receivedData()).sum());
        for (BlockReport r : reports) {
            assertEquals(r.dataShards(), r.receivedData() + r.receivedParity(), r.toString());
            assertTrue(r.missingBeforeHighest() > 0, r.toString());
        }
    }

    @Test
    void shouldSurviveHostileDatagramsBeforeAndBetween() throws Exception {
        VideoPacketSettings settings = new VideoPacketSettings(1024, 20, 2, null);
        connect(settings, LossModel.none());
        Random random = new Random(11);
        sent = 3000;
        for (int i = 0; i < sent; i++) {
            byte[] noise = new byte[random.nextInt(1200)];
            random.nextBytes(noise);
            if (noise.length > 32 && i % 2 == 0) {
                // A header that gets further: RTP flags right, first frame, one of two data shards.
                noise[0] = (byte) 0x90;
                ByteBuffer.wrap(noise).order(ByteOrder.LITTLE_ENDIAN).putInt(20, 1 + random.nextInt(2) * 5000);
            }
            host.send(ByteBuffer.wrap(noise), client);
            if (i % 50 == 49) {
                long upTo = i;
                await(() -> receiver.received() > upTo);
            }
        }
        assertEquals(List.of(), failures);
        assertTrue(receiver.packets().dropped().values().stream().mapToLong(n -> n).sum() >= 2900,
                receiver.packets().toString());
        // A stream that begins behind the noise's frame numbers is taken up by its next IDR.
        send(settings, 30, List.of(1, 12), List.of());
        awaitComplete(19);
        receiver.stop();
        pictures.await();
        assertEquals(List.of(), failures);
        assertTrue(pictures.decoded() >= 19, receiver.packets().toString());
        assertEquals(pictures.decoded(), verifier.verified());
    }

    @Test
    void shouldAskForAnIdrAfterTheFirstCompleteFrameBehindALoss() throws Exception {
        VideoPacketSettings settings = new VideoPacketSettings(1024, 20, 2, null);
        connect(settings, LossModel.none());
        send(settings, 30, List.of(1, 20), List.of(10, 11));
        awaitComplete(20);
        receiver.stop();
        pictures.await();
        assertEquals(2, receiver.lost());
        assertEquals(8, receiver.undecodable());
        assertEquals(20, receiver.complete());
        assertEquals(1, requests.stream().filter("idr"::equals).count());
        assertEquals(List.of(), verifier.failures());
        assertEquals(20, verifier.verified());
    }
}
