package lumen.plugin.zerocopy.egl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.spi.PixelFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CursorBlendTest {
    private static final int WIDTH = 9;
    private static final int HEIGHT = 7;
    private static final int STRIDE = WIDTH * 4 + 12;

    @Property
    void whereverThePointerIsItIsSourceOverDestination(@ForAll PixelFormat format, @ForAll @IntRange(min = -12, max = 12) int x,
            @ForAll @IntRange(min = -12, max = 12) int y, @ForAll int seed) {
        Pointer pointer = new Pointer().to(x, y);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment picture = arena.allocate(STRIDE * HEIGHT, 4);
            MemorySegment before = arena.allocate(STRIDE * HEIGHT, 4);
            for (int i = 0; i < STRIDE * HEIGHT / 4; i++) {
                before.setAtIndex(ValueLayout.JAVA_INT, i, TrialPattern.pixel(seed, i, 0));
            }
            picture.copyFrom(before);
            CursorBlend.over(picture, STRIDE, format, 0, 0, WIDTH, HEIGHT, pointer);
            for (int row = 0; row < HEIGHT; row++) {
                for (int column = 0; column < STRIDE / 4; column++) {
                    long at = (long) row * STRIDE + 4L * column;
                    int source = column < WIDTH ? pointer.over(column, row) : 0;
                    assertBlended(format, source, before.get(ValueLayout.JAVA_INT, at), picture.get(ValueLayout.JAVA_INT, at),
                            "at " + column + ", " + row);
                }
            }
        }
    }

    /** In floating point, colour by colour. */
    static void assertBlended(PixelFormat format, int source, int below, int word, String place) {
        int bits = format.bitDepth();
        int max = (1 << bits) - 1;
        assertEquals(below >>> 3 * bits, word >>> 3 * bits, "alpha " + place);
        for (int colour = 0; colour < 3; colour++) {
            int shift = (format.redFirst() ? 2 - colour : colour) * 8;
            double over = (source >>> shift & 0xFF) * max / 255.0;
            double under = (below >>> colour * bits & max) * (255 - (source >>> 24)) / 255.0;
            assertEquals(Math.min(max, over + under), word >>> colour * bits & max, source == 0 ? 0 : bits == 8 ? 0.501 : 1.001,
                    "colour " + colour + " " + place);
        }
    }
}
