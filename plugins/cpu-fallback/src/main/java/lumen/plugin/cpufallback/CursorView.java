package lumen.plugin.cpufallback;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/**
 * A copy of a frame with the pointer drawn over it: the compositor's own pixels are not ours to change. One copy of
 * the picture per new frame; a pointer that moves over the same frame costs only the pixels under it.
 *
 * <p>Video thread only, as the importer is.
 */
final class CursorView implements ImportedFrame.SystemMemory, AutoCloseable {
    private static final ValueLayout.OfInt PIXEL = ValueLayout.JAVA_INT_UNALIGNED;

    private Arena arena;
    private MemorySegment copy = MemorySegment.NULL;
    private SystemMemory under;
    private PixelFormat format = PixelFormat.XRGB8888;
    private int width;
    private int height;
    private int stride;
    /** The last frame imported is in the copy. */
    private boolean copied;
    private ColorInfo color = ColorInfo.DESKTOP;
    /** Where the pointer was drawn last, in the copy. */
    private int drawnX;
    private int drawnY;
    private int drawnWidth;
    private int drawnHeight;

    /** Draws a pointer over the last frame imported. The frame stays readable until {@link #release()}. */
    ImportedFrame over(SystemMemory frame, CursorState cursor) {
        under = frame;
        if (copied) {
            copyRows(frame, drawnX, drawnY, drawnWidth, drawnHeight);
        } else {
            fit(frame);
            copyRows(frame, 0, 0, width, height);
            copied = true;
        }
        color = frame.color();
        drawnX = Math.clamp(cursor.x(), 0, width);
        drawnY = Math.clamp(cursor.y(), 0, height);
        drawnWidth = Math.clamp((long) cursor.x() + cursor.width(), drawnX, width) - drawnX;
        drawnHeight = Math.clamp((long) cursor.y() + cursor.height(), drawnY, height) - drawnY;
        blend(cursor);
        return this;
    }

    private void fit(SystemMemory frame) {
        int row = frame.width() * frame.format().bytesPerPixel();
        long size = (long) row * frame.height();
        if (copy.byteSize() != size) {
            close();
            arena = Arena.ofShared();
            copy = arena.allocate(size, 64);
        }
        width = frame.width();
        height = frame.height();
        format = frame.format();
        stride = row;
    }

    private void copyRows(SystemMemory frame, int x, int y, int columns, int rows) {
        int bytes = format.bytesPerPixel();
        MemorySegment from = frame.pixels();
        int fromStride = frame.stride();
        if (columns == width && fromStride == stride) {
            MemorySegment.copy(from, (long) y * stride, copy, (long) y * stride, (long) rows * stride);
            return;
        }
        for (int row = y; row < y + rows; row++) {
            MemorySegment.copy(from, (long) row * fromStride + (long) x * bytes, copy, (long) row * stride + (long) x * bytes,
                    (long) columns * bytes);
        }
    }

    /** Premultiplied source over destination, on the three colour bytes. */
    private void blend(CursorState cursor) {
        MemorySegment bitmap = cursor.pixels();
        boolean swapped = format.redFirst();
        for (int y = 0; y < drawnHeight; y++) {
            long from = ((long) (drawnY + y - cursor.y()) * cursor.width() + drawnX - cursor.x()) * 4;
            long to = (long) (drawnY + y) * stride + (long) drawnX * 4;
            for (int x = 0; x < drawnWidth; x++, from += 4, to += 4) {
                int source = bitmap.get(PIXEL, from);
                int alpha = source >>> 24;
                if (alpha == 0) {
                    continue;
                }
                if (swapped) {
                    source = source & 0xFF00FF00 | source << 16 & 0xFF0000 | source >> 16 & 0xFF;
                }
                int rest = 255 - alpha;
                int target = copy.get(PIXEL, to);
                int blended = target & 0xFF000000
                        | channel(source, target, 16, rest) | channel(source, target, 8, rest) | channel(source, target, 0, rest);
                copy.set(PIXEL, to, blended);
            }
        }
    }

    private static int channel(int source, int target, int shift, int rest) {
        int sum = (source >>> shift & 0xFF) + ((target >>> shift & 0xFF) * rest + 127) / 255;
        return Math.min(255, sum) << shift;
    }

    @Override
    public MemorySegment pixels() {
        return copy;
    }

    @Override
    public int stride() {
        return stride;
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
        return color;
    }

    @Override
    public void release() {
        if (under != null) {
            SystemMemory frame = under;
            under = null;
            frame.release();
        }
    }

    /** Another frame comes. */
    void clear() {
        copied = false;
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
            arena = null;
            copy = MemorySegment.NULL;
            copied = false;
        }
    }
}
