package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.spi.ColorInfo;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/** A frame with a picture that moves: soft gradients, a hard-edged square and some fine texture. */
class TestFrame implements ImportedFrame.SystemMemory {
    private final PixelFormat format;
    private final int width;
    private final int height;
    private final int stride;
    private final MemorySegment pixels;

    TestFrame(Arena arena, PixelFormat format, int width, int height) {
        this.format = format;
        this.width = width;
        this.height = height;
        stride = 4 * width + 12;
        // Exactly as much as the last row needs: a read beyond it would be one outside the segment.
        pixels = arena.allocate((height - 1L) * stride + 4L * width, 4);
    }

    TestFrame draw(int step) {
        int side = Math.max(1, Math.min(width, height) / 4);
        int left = step * 3 % Math.max(1, width - side);
        int top = step * 2 % Math.max(1, height - side);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int red = 40 + 170 * x / width;
                int green = 40 + 170 * y / height;
                int blue = 128 + (int) (60 * Math.sin((x + y + 4 * step) * 0.05));
                if (x >= left && x < left + side && y >= top && y < top + side) {
                    red = 220;
                    green = 40 + ((x - left) / 4 + (y - top) / 4) % 2 * 60;
                    blue = 60;
                }
                set(x, y, red, green, blue);
            }
        }
        return this;
    }

    /** Many textured squares that fly in all directions: motion that can be predicted in parts only. */
    TestFrame squares(int step) {
        fill(90, 100, 110);
        var random = new java.util.SplittableRandom(5);
        for (int s = 0; s < 40; s++) {
            int side = 20 + random.nextInt(Math.min(width, height) / 4);
            int left = Math.floorMod(random.nextInt(width) + step * (random.nextInt(31) - 15), width - side);
            int top = Math.floorMod(random.nextInt(height) + step * (random.nextInt(31) - 15), height - side);
            var texture = random.split();
            for (int y = top; y < top + side; y++) {
                for (int x = left; x < left + side; x++) {
                    int value = texture.nextInt();
                    set(x, y, value & 255, value >> 8 & 255, value >> 16 & 255);
                }
            }
        }
        return this;
    }

    /** A chequered ground with fine grain, like a photograph behind windows. */
    TestFrame grain() {
        var random = new java.util.SplittableRandom(7);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int value = (x / 8 + y / 8) % 2 * 40 + 60 + random.nextInt(32);
                set(x, y, value, value, value);
            }
        }
        return this;
    }

    /** Pixels without any pattern, the same for the same seed. */
    TestFrame noise(long seed) {
        var random = new java.util.SplittableRandom(seed);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                pixels.set(JAVA_INT_UNALIGNED, (long) y * stride + 4L * x, random.nextInt());
            }
        }
        return this;
    }

    TestFrame fill(int red, int green, int blue) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                set(x, y, red, green, blue);
            }
        }
        return this;
    }

    private void set(int x, int y, int red, int green, int blue) {
        boolean redFirst = format.redFirst();
        if (format.bitDepth() == 10) {
            int low = ten(redFirst ? red : blue);
            int high = ten(redFirst ? blue : red);
            pixels.set(JAVA_INT_UNALIGNED, (long) y * stride + 4L * x, 1 << 30 | high << 20 | ten(green) << 10 | low);
            return;
        }
        int pixel = 0xA5 << 24 | (redFirst ? blue : red) << 16 | green << 8 | (redFirst ? red : blue);
        pixels.set(JAVA_INT_UNALIGNED, (long) y * stride + 4L * x, pixel);
    }

    private static int ten(int eight) {
        return eight << 2 | eight >> 6;
    }

    @Override
    public PixelFormat format() {
        return format;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public ColorInfo color() {
        return ColorInfo.DESKTOP;
    }

    @Override
    public MemorySegment pixels() {
        return pixels;
    }

    @Override
    public int stride() {
        return stride;
    }

    @Override
    public void release() {
    }
}
