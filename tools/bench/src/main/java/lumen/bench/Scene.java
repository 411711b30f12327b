package lumen.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import lumen.card.TestCard;
import lumen.spi.ColorInfo;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/** Kinds of picture to encode, from what a desktop shows to what no encoder can predict. */
enum Scene {
    /** The test card, moving. */
    CARD,
    /** One textured picture, again and again. */
    STILL,
    /** Sixty textured squares that fly in all directions: too hard for the bitrates of the table. */
    SQUARES,
    /** Nothing repeats. */
    NOISE;

    /** A picture in memory; what it shows has been drawn beforehand. */
    record Frame(MemorySegment pixels, int width, int height) implements ImportedFrame.SystemMemory {
        @Override
        public int stride() {
            return 4 * width;
        }

        @Override
        public PixelFormat format() {
            return PixelFormat.XRGB8888;
        }

        @Override
        public ColorInfo color() {
            return ColorInfo.DESKTOP;
        }

        @Override
        public void release() {
        }
    }

    /** Draws one after the other; the same each time. */
    Frame[] draw(Arena arena, int width, int height, int count) {
        var frames = new Frame[this == STILL ? 1 : count];
        var card = this == CARD ? new TestCard(width, height, arena) : null;
        for (int i = 0; i < frames.length; i++) {
            frames[i] = new Frame(arena.allocate(4L * width * height, 64), width, height);
            switch (this) {
                case CARD -> card.canvas(frames[i].pixels(), 4 * width).paint(i, i * 16_666_667L, 10, 10, 0, 0);
                case STILL, NOISE -> texture(frames[i].pixels(), width, 0, 0, width, height, new SplittableRandom(i));
                case SQUARES -> squares(frames[i].pixels(), width, height, i);
            }
        }
        return frames;
    }

    private static void squares(MemorySegment to, int width, int height, int step) {
        to.fill((byte) 90);
        var random = new SplittableRandom(5);
        for (int s = 0; s < 60; s++) {
            int side = 40 + random.nextInt(120);
            int left = Math.floorMod(random.nextInt(width) + step * (random.nextInt(31) - 15), width - side);
            int top = Math.floorMod(random.nextInt(height) + step * (random.nextInt(31) - 15), height - side);
            texture(to, width, left, top, side, side, random.split());
        }
    }

    private static void texture(MemorySegment to, int width, int left, int top, int columns, int rows,
                                SplittableRandom random) {
        for (int y = top; y < top + rows; y++) {
            for (int x = left; x < left + columns; x++) {
                to.set(JAVA_INT, 4L * (y * width + x), random.nextInt());
            }
        }
    }
}
