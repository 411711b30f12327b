package lumen.plugin.zerocopy.vulkan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.spi.CursorState;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/**
 * Draws the pointer into a picture in memory, and keeps what was there before. {@link lumen.cuda.CudaCursor} draws the same, bit
 * for bit.
 */
final class CursorPatch {
    private static final ValueLayout.OfInt PIXEL = ValueLayout.JAVA_INT_UNALIGNED;
    /** {@link CursorState#width} */
    private static final int MOST = 384;

    private final Arena arena;
    private MemorySegment below = MemorySegment.NULL;
    private int x;
    private int y;
    private int width;
    private int height;

    /** @param arena lives as long as the picture */
    CursorPatch(Arena arena) {
        this.arena = arena;
    }

    /** The picture below is another: there is nothing to restore. */
    void discard() {
        width = height = 0;
    }

    /** Blends a pointer over a clean picture: premultiplied source over destination, on the three colours. */
    void draw(ImportedFrame.SystemMemory frame, CursorState cursor) {
        if (below.byteSize() == 0) {
            below = arena.allocate((long) MOST * MOST * Integer.BYTES, Integer.BYTES);
        }
        x = Math.clamp(cursor.x(), 0, frame.width());
        y = Math.clamp(cursor.y(), 0, frame.height());
        width = Math.min(MOST, Math.clamp((long) cursor.x() + cursor.width(), x, frame.width()) - x);
        height = Math.min(MOST, Math.clamp((long) cursor.y() + cursor.height(), y, frame.height()) - y);
        MemorySegment bitmap = cursor.pixels();
        PixelFormat format = frame.format();
        int depth = format.bitDepth();
        int red = format.redFirst() ? 0 : 2 * depth;
        int blue = 2 * depth - red;
        for (int row = 0; row < height; row++) {
            long to = (long) (y + row) * frame.stride() + x * 4L;
            long from = ((long) (y + row - cursor.y()) * cursor.width() + x - cursor.x()) * 4;
            MemorySegment.copy(frame.pixels(), to, below, row * width * 4L, width * 4L);
            for (int column = 0; column < width; column++, to += 4, from += 4) {
                int source = bitmap.get(PIXEL, from);
                int rest = 255 - (source >>> 24);
                if (rest == 255) {
                    continue;
                }
                int target = frame.pixels().get(PIXEL, to);
                int colours = channel(source >>> 16, target, red, rest, depth) | channel(source >>> 8, target, depth, rest, depth)
                        | channel(source, target, blue, rest, depth);
                frame.pixels().set(PIXEL, to, target & -1 << 3 * depth | colours);
            }
        }
    }

    private static int channel(int source, int target, int shift, int rest, int depth) {
        int most = (1 << depth) - 1;
        int eight = source & 0xFF;
        int over = depth == 8 ? eight : (eight * most + 127) / 255;
        return Math.min(most, over + ((target >>> shift & most) * rest + 127) / 255) << shift;
    }

    /** Makes the picture clean again. */
    void restore(ImportedFrame.SystemMemory frame) {
        for (int row = 0; row < height; row++) {
            MemorySegment.copy(below, row * width * 4L, frame.pixels(), (long) (y + row) * frame.stride() + x * 4L, width * 4L);
        }
        discard();
    }
}
