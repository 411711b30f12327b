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
        return opaque(format) ? pixel | -1 << 3 * format.bitDepth() : pixel;
    }

    /** True if the format has bits in alpha's place that mean nothing. */
    static boolean opaque(PixelFormat format) {
        return switch (format) {
            case XRGB8888, XBGR8888, XRGB2101010, XBGR2101010 -> true;
            case ARGB8888, ABGR8888, ARGB2101010, ABGR2101010 -> false;
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
