package lumen.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestCardTest {
    private static final CardState STATE = new CardState(0xfedc_ba98, 123_456_789_012_345L, 57, 33, 1, 30);

    @ParameterizedTest
    @CsvSource({"128,96", "129,97", "131,211", "640,480", "1279,719", "1280,720", "1080,2400", "1920,1080", "3840,1600"})
    void shouldReadBackWhatWasPaintedAtAnySize(int width, int height) {
        try (Arena arena = Arena.ofConfined(); CardReader reader = new CardReader(width, height)) {
            Picture.Bgrx picture = painted(arena, width, height, STATE);
            CardCheck check = reader.check(picture).orElseThrow();
            assertEquals(STATE, check.state());
            assertTrue(check.corners());
            assertEquals(0, check.colorError());
            assertEquals(99, check.psnr());
        }
    }

    @Test
    void shouldPaintTheSameFromScratchAndIncrementally() {
        int width = 321;
        int height = 243;
        Random random = new Random(7);
        try (Arena arena = Arena.ofConfined()) {
            int stride = width * 4 + 12;
            MemorySegment kept = arena.allocate((long) stride * height);
            CardCanvas canvas = new TestCard(width, height, arena).canvas(kept, stride);
            for (int i = 0; i < 200; i++) {
                boolean shown = random.nextInt(4) > 0;
                CardState state = new CardState(random.nextInt(), random.nextLong(),
                        shown ? random.nextInt(width) : CardState.NO_POINTER,
                        shown ? random.nextInt(height) : CardState.NO_POINTER,
                        random.nextInt(4), random.nextBoolean() ? random.nextInt(300) : CardState.TEXT + random.nextInt(0x11_0000));
                canvas.paint(state);
                MemorySegment fresh = arena.allocate((long) stride * height);
                new TestCard(width, height, arena).canvas(fresh, stride).paint(state);
                assertEquals(-1, kept.mismatch(fresh), () -> "differs after " + state);
            }
        }
    }

    @Test
    void shouldRefuseMirroredTurnedAndCroppedPictures() {
        int size = 256;
        try (Arena arena = Arena.ofConfined(); CardReader reader = new CardReader(size, size)) {
            Picture.Bgrx good = painted(arena, size, size, STATE);
            assertTrue(reader.corners(good));
            int last = size - 1;
            Turn[] turns = {(x, y) -> at(last - x, y), (x, y) -> at(x, last - y), (x, y) -> at(last - x, last - y),
                (x, y) -> at(y, x), (x, y) -> at(last - y, x), (x, y) -> at(y, last - x), (x, y) -> at(last - y, last - x),
                (x, y) -> at(Math.min(last, x + 2), y), (x, y) -> at(x, Math.min(last, y + 2))};
            for (int i = 0; i < turns.length; i++) {
                Picture.Bgrx turned = blank(arena, size, size);
                for (int y = 0; y < size; y++) {
                    for (int x = 0; x < size; x++) {
                        long from = turns[i].source(x, y);
                        turned.pixels().set(ValueLayout.JAVA_INT, 4L * (y * size + x), good.rgb((int) (from >> 32), (int) from));
                    }
                }
                assertFalse(reader.corners(turned), "turn " + i);
            }
        }
    }

    @Test
    void shouldNoticeAnySpoiledBlock() {
        try (Arena arena = Arena.ofConfined(); CardReader reader = new CardReader(128, 96)) {
            CardLayout at = new CardLayout(128, 96);
            for (int bit = 0; bit < 192; bit++) {
                Picture.Bgrx picture = painted(arena, 128, 96, STATE);
                for (int y = 0; y < at.block; y++) {
                    for (int x = 0; x < at.block; x++) {
                        long offset = 4L * ((at.codeY + bit / 32 * at.block + y) * 128 + at.codeX + bit % 32 * at.block + x);
                        picture.pixels().set(ValueLayout.JAVA_INT, offset, ~picture.pixels().get(ValueLayout.JAVA_INT, offset));
                    }
                }
                assertEquals(Optional.empty(), reader.read(picture), "bit " + bit);
            }
        }
    }

    @Test
    void shouldReadThroughNoise() {
        Random random = new Random(1);
        try (Arena arena = Arena.ofConfined(); CardReader reader = new CardReader(128, 96)) {
            Picture.Bgrx picture = painted(arena, 128, 96, STATE);
            for (int i = 0; i < 128 * 96; i++) {
                int rgb = picture.rgb(i % 128, i / 128);
                int noise = random.nextInt(90) - 45;
                picture.pixels().set(ValueLayout.JAVA_INT, 4L * i, Math.clamp((rgb & 0xff) + noise, 0, 255) * 0x10101);
            }
            assertEquals(STATE, reader.read(picture).orElseThrow());
        }
    }

    @Test
    void shouldRefuseSizesTooSmall() {
        try (Arena arena = Arena.ofConfined()) {
            assertThrows(IllegalArgumentException.class, () -> new TestCard(127, 96, arena));
            assertThrows(IllegalArgumentException.class, () -> new TestCard(128, 95, arena));
        }
    }

    @Test
    void shouldPaintFullHdFastWithoutAllocating() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined()) {
            CardCanvas canvas = new TestCard(1920, 1080, arena).canvas(arena.allocate(1920 * 1080 * 4L), 1920 * 4);
            for (int i = 0; i < 3000; i++) {
                canvas.paint(i, System.nanoTime(), i % 1920, i % 1080, 0, i % 300);
            }
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long cpu = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < 1000; i++) {
                canvas.paint(i, System.nanoTime(), i % 1920, i % 1080, 0, i % 300);
            }
            double millis = (threads.getCurrentThreadCpuTime() - cpu) / 1e9;
            assertEquals(0, (threads.getCurrentThreadAllocatedBytes() - bytes) / 1000, "bytes a frame");
            assertTrue(millis < 1, millis + " ms a frame at 1080p");
        }
    }

    private interface Turn {
        long source(int x, int y);
    }

    private static long at(int x, int y) {
        return (long) x << 32 | y;
    }

    private static Picture.Bgrx painted(Arena arena, int width, int height, CardState state) {
        Picture.Bgrx picture = blank(arena, width, height);
        new TestCard(width, height, arena).canvas(picture.pixels(), picture.stride()).paint(state);
        return picture;
    }

    private static Picture.Bgrx blank(Arena arena, int width, int height) {
        return new Picture.Bgrx(arena.allocate(4L * width * height, 64), 4 * width, width, height);
    }
}
