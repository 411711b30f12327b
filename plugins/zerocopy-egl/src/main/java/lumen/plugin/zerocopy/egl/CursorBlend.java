package lumen.plugin.zerocopy.egl;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.spi.CursorState;
import lumen.spi.PixelFormat;

/** Draws a pointer over a picture in memory: premultiplied source over destination. Allocates nothing. */
final class CursorBlend {
    private static final ValueLayout.OfInt PIXEL = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int MAX_8 = 0xFF;
    private static final int MAX_10 = 0x3FF;

    private CursorBlend() {
    }

    /**
     * Over the part of a picture that the pointer covers.
     *
     * @param x where the memory's first pixel is in the picture that the pointer's place is told of
     * @param y where the memory's first pixel is in the picture that the pointer's place is told of
     */
    static void over(MemorySegment picture, int stride, PixelFormat format, int x, int y, int width, int height,
            CursorState cursor) {
        int left = Math.clamp((long) cursor.x() - x, 0, width);
        int top = Math.clamp((long) cursor.y() - y, 0, height);
        int right = Math.clamp((long) cursor.x() - x + cursor.width(), left, width);
        int bottom = Math.clamp((long) cursor.y() - y + cursor.height(), top, height);
        MemorySegment bitmap = cursor.pixels();
        boolean deep = format.bitDepth() > 8;
        boolean swapped = format.redFirst();
        for (int row = top; row < bottom; row++) {
            long from = ((long) (row + y - cursor.y()) * cursor.width() + left + x - cursor.x()) * 4;
            long to = (long) row * stride + (long) left * 4;
            for (int column = left; column < right; column++, from += 4, to += 4) {
                int source = bitmap.get(PIXEL, from);
                if (source >>> 24 == 0) {
                    continue;
                }
                if (swapped) {
                    source = source & 0xFF00FF00 | source << 16 & 0xFF0000 | source >> 16 & 0xFF;
                }
                int target = picture.get(PIXEL, to);
                picture.set(PIXEL, to, deep ? deep(source, target) : plain(source, target));
            }
        }
    }

    private static int plain(int source, int target) {
        int rest = MAX_8 - (source >>> 24);
        return target & 0xFF000000 | channel(source >>> 16 & MAX_8, target >>> 16 & MAX_8, rest, MAX_8) << 16
                | channel(source >>> 8 & MAX_8, target >>> 8 & MAX_8, rest, MAX_8) << 8
                | channel(source & MAX_8, target & MAX_8, rest, MAX_8);
    }

    private static int deep(int source, int target) {
        int rest = MAX_8 - (source >>> 24);
        return target & 0xC0000000 | channel(widen(source >>> 16), target >>> 20 & MAX_10, rest, MAX_10) << 20
                | channel(widen(source >>> 8), target >>> 10 & MAX_10, rest, MAX_10) << 10
                | channel(widen(source), target & MAX_10, rest, MAX_10);
    }

    private static int channel(int source, int target, int rest, int max) {
        return Math.min(max, source + (target * rest + 127) / 255);
    }

    /** 8 bits as 10, rounded as CUDA's kernel does. */
    private static int widen(int value) {
        return ((value & MAX_8) * MAX_10 + MAX_8 / 2) / MAX_8;
    }
}
