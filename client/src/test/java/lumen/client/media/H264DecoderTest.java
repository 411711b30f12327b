package lumen.client.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import lumen.card.CardState;
import lumen.client.verify.CardVerifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H264DecoderTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 192;

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofShared();
    private CardEncoder encoder;
    private H264Decoder decoder;

    @BeforeEach
    void open() {
        encoder = new CardEncoder(WIDTH, HEIGHT, 3000);
        decoder = new H264Decoder();
    }

    @AfterEach
    void close() {
        encoder.close();
        decoder.close();
        arena.close();
    }

    private MemorySegment nativeCopy(byte[] bytes) {
        return arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    }

    private MemorySegment card(int counter) {
        return nativeCopy(encoder.encode(new CardState(counter, System.nanoTime(), 40, 50, 1, 30), false));
    }

    @Test
    void shouldGiveOnePictureForEachAccessUnitAtOnce() {
        try (CardVerifier verifier = new CardVerifier(WIDTH, HEIGHT, 0, Duration.ZERO)) {
            for (int i = 0; i < 30; i++) {
                DecodedPicture picture = decoder.decode(card(100 + i));
                assertNotNull(picture, "picture " + i);
                assertEquals(WIDTH, picture.width());
                assertEquals(HEIGHT, picture.height());
                assertTrue(picture.bt709());
                assertFalse(picture.fullRange());
                verifier.picture(picture, i + 1, System.nanoTime(), true);
            }
            assertEquals(List.of(), verifier.failures());
            assertEquals(30, verifier.verified());
            assertEquals(100, verifier.figures().firstCounter());
            assertEquals(129, verifier.figures().lastCounter());
            assertEquals(40, verifier.figures().pointerX());
            assertEquals(50, verifier.figures().pointerY());
            assertEquals(30, verifier.figures().lastKey());
            assertEquals(1, verifier.figures().buttons());
            assertTrue(verifier.renderToDecoded().p50() > 0);
        }
    }

    @Test
    void shouldSurviveBytesThatAreNoVideo() {
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[1 + random.nextInt(3000)];
            random.nextBytes(noise);
            assertNull(decoder.decode(nativeCopy(noise)));
        }
        assertNotNull(decoder.decode(nativeCopy(encoder.encode(CardState.of(1, 1), true))));
    }

    @Test
    void shouldSayWhatIsWrongWithPictures() {
        try (CardVerifier verifier = new CardVerifier(WIDTH, HEIGHT, 0, Duration.ZERO)) {
            int[] counters = {10, 11, 11, 14, 12};
            for (int i = 0; i < counters.length; i++) {
                DecodedPicture picture = decoder.decode(card(counters[i]));
                verifier.picture(picture, i + 1, System.nanoTime() - (i == 0 ? Long.MAX_VALUE / 2 : 0), true);
            }
            assertEquals(1, verifier.repeated());
            assertEquals(List.of("2 cards of 7 are missing though no frame was lost",
                    "1 pictures show an older card than the one before",
                    "1 pictures carry a timestamp that is not of the last 10 s of this machine's clock"),
                    verifier.failures());
        }
    }

    @Test
    void shouldAcceptMissingCardsWhereFramesWereLost() {
        try (CardVerifier verifier = new CardVerifier(WIDTH, HEIGHT, 0, Duration.ZERO)) {
            verifier.picture(decoder.decode(card(10)), 1, System.nanoTime(), true);
            verifier.picture(decoder.decode(card(14)), 5, System.nanoTime(), true);
            assertEquals(List.of(), verifier.failures());
        }
    }

    @Test
    void shouldNoticeAPictureThatIsNotTheCard() {
        DecodedPicture picture = decoder.decode(card(10));
        MemorySegment luma = picture.plane(0);
        // A grey box over the bars: code and corners stay readable.
        for (int y = HEIGHT * 30 / 96; y < HEIGHT * 45 / 96; y++) {
            for (int x = 40; x < 280; x++) {
                luma.set(ValueLayout.JAVA_BYTE, (long) y * picture.stride(0) + x, (byte) 90);
            }
        }
        try (CardVerifier verifier = new CardVerifier(WIDTH, HEIGHT, 0, Duration.ZERO)) {
            verifier.picture(picture, 1, System.nanoTime(), true);
            assertEquals(0, verifier.verified());
            assertTrue(verifier.failures().getFirst().startsWith("1 pictures differ from the regenerated card"),
                    verifier.failures().toString());
        }
        try (CardVerifier other = new CardVerifier(WIDTH, HEIGHT + 2, 0, Duration.ZERO)) {
            other.picture(picture, 1, System.nanoTime(), true);
            assertEquals(List.of("1 pictures are not 320x194"), other.failures());
        }
    }

    @Test
    void shouldWriteAPngThatOthersRead() throws Exception {
        File file = folder.resolve("card.png").toFile();
        PngWriter.write(decoder.decode(card(10)), file.toPath());
        BufferedImage image = ImageIO.read(file);
        assertEquals(WIDTH, image.getWidth());
        assertEquals(HEIGHT, image.getHeight());
        // The first four bars at three quarters of full: white, yellow, cyan, green.
        int[] bars = {0xBFBFBF, 0xBFBF00, 0x00BFBF, 0x00BF00};
        int cell = Math.max(4, HEIGHT / 40 & ~1);
        int barWidth = (WIDTH - 4 * cell) / 8;
        for (int i = 0; i < bars.length; i++) {
            int seen = image.getRGB(2 * cell + barWidth * i + barWidth / 2, HEIGHT * 33 / 96);
            for (int shift = 0; shift <= 16; shift += 8) {
                assertEquals(bars[i] >> shift & 0xFF, seen >> shift & 0xFF, 24, "bar " + i + " component " + shift);
            }
        }
    }

    @Test
    void shouldWriteExactSamplesToPng() throws Exception {
        byte[] rgb = new byte[3 * 5 * 3];
        new Random(3).nextBytes(rgb);
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        PngWriter.write(5, 3, rgb, out);
        BufferedImage image = ImageIO.read(new java.io.ByteArrayInputStream(out.toByteArray()));
        for (int i = 0; i < 15; i++) {
            int expected = (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF;
            assertEquals(expected, image.getRGB(i % 5, i / 5) & 0xFFFFFF);
        }
    }
}
