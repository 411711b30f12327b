package lumen.plugin.zerocopy.vulkan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import lumen.spi.CursorState;
import lumen.spi.PixelFormat;
import lumen.vulkan.SamplePicture;

/** A pointer with random pixels, and the picture it makes, worked out in doubles. */
record Pointer(long serial, boolean visible, int x, int y, int width, int height, MemorySegment pixels) implements CursorState {

    static Pointer random(Random random, int x, int y, int width, int height) {
        MemorySegment pixels = Arena.ofAuto().allocate(width * height * 4L);
        for (long i = 0; i < pixels.byteSize(); i += 4) {
            int alpha = switch (random.nextInt(3)) {
                case 0 -> 0;
                case 1 -> 255;
                default -> random.nextInt(256);
            };
            for (int c = 0; c < 3; c++) {
                pixels.set(ValueLayout.JAVA_BYTE, i + c, (byte) random.nextInt(alpha + 1));
            }
            pixels.set(ValueLayout.JAVA_BYTE, i + 3, (byte) alpha);
        }
        return new Pointer(random.nextLong(), true, x, y, width, height, pixels);
    }

    Pointer at(int newX, int newY) {
        return new Pointer(serial + 1, visible, newX, newY, width, height, pixels);
    }

    /** What a pixel of a sample picture looks like below this pointer. */
    int over(PixelFormat format, int px, int py, int seed) {
        int under = SamplePicture.pixel(px, py, seed);
        int u = px - x;
        int v = py - y;
        if (u < 0 || v < 0 || u >= width || v >= height) {
            return under;
        }
        int source = pixels.get(ValueLayout.JAVA_INT_UNALIGNED, (v * width + u) * 4L);
        int alpha = source >>> 24;
        if (alpha == 0) {
            return under;
        }
        int depth = format.bitDepth();
        int most = (1 << depth) - 1;
        int result = under & -1 << 3 * depth;
        for (int c = 0; c < 3; c++) {
            // c = 0 is the lowest of the word's colours: red if it comes first in memory.
            int colour = source >>> 8 * (format.redFirst() ? 2 - c : c) & 0xFF;
            double scaled = depth == 8 ? colour : Math.round(colour * 1023 / 255.0);
            int below = under >>> c * depth & most;
            result |= (int) Math.min(most, scaled + Math.floor((below * (255 - alpha) + 127) / 255.0)) << c * depth;
        }
        return result;
    }
}
