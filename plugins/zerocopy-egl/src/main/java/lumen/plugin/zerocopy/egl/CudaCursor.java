package lumen.plugin.zerocopy.egl;

import java.lang.foreign.MemorySegment;
import lumen.cuda.Copy2d;
import lumen.cuda.CudaStream;
import lumen.cuda.PinnedBuffer;
import lumen.spi.CursorState;
import lumen.spi.PixelFormat;

/** Draws a pointer over a picture in CUDA's memory: the few pixels below it come to the CPU and go back. */
final class CudaCursor implements AutoCloseable {
    /** Of a pointer's bitmap. */
    private static final int MOST_PIXELS = 384;
    private static final int BYTES_PER_PIXEL = 4;
    private static final long LIMIT_NANOS = 500_000_000L;

    private final PinnedBuffer patch = new PinnedBuffer((long) MOST_PIXELS * MOST_PIXELS * BYTES_PER_PIXEL);

    /** Queues it, waiting for what was queued before. */
    void draw(long picture, long pitch, PixelFormat format, int width, int height, CursorState cursor, CudaStream stream, Copy2d copy) {
        int left = Math.clamp(cursor.x(), 0, width);
        int top = Math.clamp(cursor.y(), 0, height);
        int columns = Math.clamp((long) cursor.x() + cursor.width(), left, width) - left;
        int rows = Math.clamp((long) cursor.y() + cursor.height(), top, height) - top;
        if (columns == 0 || rows == 0 || columns > MOST_PIXELS || rows > MOST_PIXELS) {
            return;
        }
        long row = (long) columns * BYTES_PER_PIXEL;
        long first = picture + top * pitch + (long) left * BYTES_PER_PIXEL;
        stream.copy(copy.size(row, rows).fromDevice(first, pitch).toHost(patch.address(), row));
        stream.await(LIMIT_NANOS);
        MemorySegment pixels = patch.segment();
        CursorBlend.over(pixels, (int) row, format, left, top, columns, rows, cursor);
        stream.copy(copy.size(row, rows).fromHost(patch.address(), row).toDevice(first, pitch));
    }

    @Override
    public void close() {
        patch.close();
    }
}
