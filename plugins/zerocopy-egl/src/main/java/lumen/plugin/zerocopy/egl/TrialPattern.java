package lumen.plugin.zerocopy.egl;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.spi.PixelFormat;
import lumen.vulkan.SamplePicture;

/** Pictures for self-tests: each pixel tells its place, and no two colours of it are alike. */
final class TrialPattern {
    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;

    private TrialPattern() {
    }

    /** A pixel's word, in any format; the same as in Vulkan's pictures. */
    static int pixel(int seed, int x, int y) {
        return SamplePicture.pixel(x, y, seed);
    }

    /** The same after an import: formats without alpha come out opaque. */
    static int imported(PixelFormat format, int pixel) {
        return switch (format) {
            case XRGB8888, XBGR8888 -> pixel | 0xFF00_0000;
            case XRGB2101010, XBGR2101010 -> pixel | 0xC000_0000;
            case ARGB8888, ABGR8888, ARGB2101010, ABGR2101010 -> pixel;
        };
    }

    static void paint(MemorySegment memory, long offset, int stride, int width, int height, int seed) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                memory.set(WORD, offset + (long) y * stride + 4L * x, pixel(seed, x, y));
            }
        }
    }

    /** Pixels that aren't what an import makes of the pattern. */
    static long wrong(MemorySegment memory, int stride, PixelFormat format, int width, int height, int seed) {
        long wrong = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (memory.get(WORD, (long) y * stride + 4L * x) != imported(format, pixel(seed, x, y))) {
                    wrong++;
                }
            }
        }
        return wrong;
    }
}
