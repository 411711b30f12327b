package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.spi.ColorInfo;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/** A picture to try encoders and conversions with: gradients, and edges that fall on no block's border. */
final class TrialFrame implements ImportedFrame.SystemMemory {
    private final int width;
    private final int height;
    private final MemorySegment pixels;

    TrialFrame(Arena arena, int width, int height) {
        this.width = width;
        this.height = height;
        pixels = arena.allocate(4L * width * height, 64);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inside = x > width / 3 && x < width / 2 && y > height / 3 && y < height * 2 / 3;
                int red = inside ? 220 : 255 * x / width;
                int green = inside ? 40 : 255 * y / height;
                int blue = inside ? 90 : 255 - 255 * (x + y) / (width + height);
                pixels.setAtIndex(JAVA_INT, (long) y * width + x, red << 16 | green << 8 | blue);
            }
        }
    }

    @Override
    public MemorySegment pixels() {
        return pixels;
    }

    @Override
    public int stride() {
        return 4 * width;
    }

    @Override
    public PixelFormat format() {
        return PixelFormat.XRGB8888;
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
    public void release() {
        // Its arena frees it.
    }
}
