package lumen.plugin.zerocopy.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import lumen.spi.ColorInfo;
import lumen.spi.PixelFormat;
import lumen.vulkan.SamplePicture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pointers over pictures in memory, held against a plain reference, and taken away again. */
class CursorPatchTest {
    private static final int WIDTH = 61;
    private static final int HEIGHT = 43;
    private static final int STRIDE = 256;
    private static final int SEED = 9;

    @ParameterizedTest
    @EnumSource
    void whatIsDrawnCanBeTakenAway(PixelFormat format) {
        Random random = new Random(3);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pixels = arena.allocate((long) STRIDE * HEIGHT);
            for (int i = 0; i < WIDTH * HEIGHT; i++) {
                pixels.set(ValueLayout.JAVA_INT, (long) (i / WIDTH) * STRIDE + i % WIDTH * 4L,
                        SamplePicture.pixel(i % WIDTH, i / WIDTH, SEED));
            }
            HostFrame frame = new HostFrame(pixels, WIDTH, HEIGHT, STRIDE, new CursorPatch(arena));
            frame.show(format, ColorInfo.DESKTOP);
            for (int i = 0; i < 40; i++) {
                Pointer pointer = Pointer.random(random, random.nextInt(-400, 100), random.nextInt(-400, 80), random.nextInt(1, 385),
                        random.nextInt(1, 385));
                frame.draw(pointer);
                for (int p = 0; p < WIDTH * HEIGHT; p++) {
                    assertEquals(pointer.over(format, p % WIDTH, p / WIDTH, SEED),
                            pixels.get(ValueLayout.JAVA_INT, (long) (p / WIDTH) * STRIDE + p % WIDTH * 4L));
                }
                frame.clean();
                assertEquals(0, SamplePicture.mismatches(pixels, STRIDE, WIDTH, HEIGHT, SEED));
            }
        }
    }
}
