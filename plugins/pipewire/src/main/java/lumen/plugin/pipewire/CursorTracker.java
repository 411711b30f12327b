package lumen.plugin.pipewire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.pipewire.StreamBuffer;
import lumen.pipewire.pod.Spa;
import lumen.spi.CursorState;

/**
 * The pointer as {@code spa_meta_cursor} tells it: read from buffers under the loop's lock, shown to the video thread after
 * {@link #take}, which needs that lock too. Bitmaps come once; later buffers only move them.
 */
final class CursorTracker implements CursorState {
    /** Mutter leaves cursors out altogether unless a bitmap of this size is allowed. */
    static final int MAX_EDGE = 384;
    // struct spa_meta_cursor and struct spa_meta_bitmap.
    static final int SIZEOF_CURSOR = 28;
    static final int SIZEOF_BITMAP = 20;
    static final int META_LEAST = SIZEOF_CURSOR + SIZEOF_BITMAP + 4;
    static final int META_MOST = SIZEOF_CURSOR + SIZEOF_BITMAP + MAX_EDGE * MAX_EDGE * 4;
    static final int ID = 0;
    static final int POSITION_X = 8;
    static final int POSITION_Y = 12;
    static final int HOTSPOT_X = 16;
    static final int HOTSPOT_Y = 20;
    static final int BITMAP_OFFSET = 24;
    static final int BITMAP_FORMAT = 0;
    static final int BITMAP_WIDTH = 4;
    static final int BITMAP_HEIGHT = 8;
    static final int BITMAP_STRIDE = 12;
    static final int BITMAP_PIXELS = 16;
    static final int FORMAT_ARGB = 13;
    static final int FORMAT_ABGR = 14;
    private static final ValueLayout.OfInt PIXEL = ValueLayout.JAVA_INT_UNALIGNED;

    private final CaptureCounters counters;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment incoming = arena.allocate(MAX_EDGE * MAX_EDGE * 4L);
    private final MemorySegment shown = arena.allocate(MAX_EDGE * MAX_EDGE * 4L);
    private boolean present;
    private int positionX;
    private int positionY;
    private int hotspotX;
    private int hotspotY;
    private int bitmapWidth;
    private int bitmapHeight;
    private boolean newBitmap;
    private long changes;

    private long serial;
    private boolean visible;
    private int x;
    private int y;
    private int width;
    private int height;

    CursorTracker(CaptureCounters counters) {
        this.counters = counters;
    }

    /** Reads a buffer's cursor. Loop thread. True if anything changed. */
    boolean read(long buffer) {
        long cursor = StreamBuffer.meta(buffer, Spa.META_CURSOR, SIZEOF_CURSOR);
        if (cursor == 0) {
            return false;
        }
        if (StreamBuffer.int32(cursor + ID) == 0) {
            boolean was = present;
            present = false;
            return changed(was);
        }
        boolean changed = !present;
        present = true;
        int newX = StreamBuffer.int32(cursor + POSITION_X);
        int newY = StreamBuffer.int32(cursor + POSITION_Y);
        changed |= newX != positionX || newY != positionY;
        positionX = newX;
        positionY = newY;
        int offset = StreamBuffer.int32(cursor + BITMAP_OFFSET);
        if (offset != 0) {
            changed |= readBitmap(cursor, offset, StreamBuffer.metaSize(buffer, Spa.META_CURSOR));
        }
        return changed(changed);
    }

    private boolean changed(boolean changed) {
        if (changed) {
            changes++;
        }
        return changed;
    }

    private boolean readBitmap(long cursor, int offset, int metaSize) {
        if (offset < SIZEOF_CURSOR || offset > metaSize - SIZEOF_BITMAP) {
            counters.drop(CaptureEvent.BAD_CURSOR);
            return false;
        }
        long bitmap = cursor + offset;
        int w = StreamBuffer.int32(bitmap + BITMAP_WIDTH);
        int h = StreamBuffer.int32(bitmap + BITMAP_HEIGHT);
        int stride = StreamBuffer.int32(bitmap + BITMAP_STRIDE);
        int pixels = StreamBuffer.int32(bitmap + BITMAP_PIXELS);
        int format = StreamBuffer.int32(bitmap + BITMAP_FORMAT);
        if (w == 0 || h == 0) {
            // An invisible pointer.
            boolean was = bitmapWidth != 0;
            bitmapWidth = 0;
            bitmapHeight = 0;
            return was;
        }
        if (w < 0 || h < 0 || w > MAX_EDGE || h > MAX_EDGE || stride < 4 * w || pixels < SIZEOF_BITMAP
                || (long) offset + pixels + (long) stride * (h - 1) + 4L * w > metaSize) {
            counters.drop(CaptureEvent.BAD_CURSOR);
            return false;
        }
        for (int row = 0; row < h; row++) {
            long from = bitmap + pixels + (long) row * stride;
            for (int column = 0; column < w; column++) {
                incoming.set(PIXEL, ((long) row * w + column) * 4, toBgra(StreamBuffer.int32(from + 4L * column), format));
            }
        }
        hotspotX = StreamBuffer.int32(cursor + HOTSPOT_X);
        hotspotY = StreamBuffer.int32(cursor + HOTSPOT_Y);
        bitmapWidth = w;
        bitmapHeight = h;
        newBitmap = true;
        return true;
    }

    /** A little-endian word of four bytes in the order B, G, R, A. */
    private static int toBgra(int word, int format) {
        return switch (format) {
            case Spa.VIDEO_FORMAT_RGBA -> word & 0xFF00FF00 | word << 16 & 0xFF0000 | word >> 16 & 0xFF;
            case FORMAT_ARGB -> Integer.reverseBytes(word);
            case FORMAT_ABGR -> Integer.rotateRight(word, 8);
            default -> word;
        };
    }

    /** Shows what was read last. Video thread, under the loop's lock. */
    void take() {
        if (serial == changes) {
            return;
        }
        serial = changes;
        if (newBitmap) {
            newBitmap = false;
            MemorySegment.copy(incoming, 0, shown, 0, (long) bitmapWidth * bitmapHeight * 4);
        }
        visible = present && bitmapWidth > 0;
        x = positionX - hotspotX;
        y = positionY - hotspotY;
        width = bitmapWidth;
        height = bitmapHeight;
    }

    @Override
    public long serial() {
        return serial;
    }

    @Override
    public boolean visible() {
        return visible;
    }

    @Override
    public int x() {
        return x;
    }

    @Override
    public int y() {
        return y;
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
    public MemorySegment pixels() {
        return shown;
    }

    void close() {
        arena.close();
    }
}
