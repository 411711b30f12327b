package lumen.plugin.zerocopy.vulkan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import lumen.cuda.Copy2d;
import lumen.cuda.CudaEvent;
import lumen.cuda.CudaKernel;
import lumen.cuda.CudaModule;
import lumen.cuda.CudaStream;
import lumen.cuda.DeviceBuffer;
import lumen.cuda.MemoryBudget;
import lumen.cuda.PinnedBuffer;
import lumen.spi.CursorState;
import lumen.spi.PixelFormat;

/** Draws the pointer into pooled CUDA buffers. {@link CursorPatch} does the same on the CPU, bit for bit. */
final class CudaCursor implements AutoCloseable {
    /** {@link CursorState#width} */
    private static final int MOST = 384;
    private static final int BYTES_PER_PIXEL = 4;
    private static final int BLOCK_X = 32;
    private static final int BLOCK_Y = 8;
    /** As in {@code pointer.ptx}: two addresses, seven numbers. */
    private static final int[] PARAMETER_BYTES = {8, 8, 4, 4, 4, 4, 4, 4, 4};

    private final CudaStream stream;
    private final long limitNanos;
    private final Leftovers parts = new Leftovers();
    private final CudaKernel kernel;
    private final PinnedBuffer pinned;
    private final DeviceBuffer bitmap;
    private final Copy2d upload;
    /** The bitmap has left the pinned memory. */
    private final CudaEvent uploaded;
    private long serial;

    CudaCursor(CudaStream stream, long limitNanos, MemoryBudget budget) {
        this.stream = stream;
        this.limitNanos = limitNanos;
        try {
            CudaModule module = parts.add(new CudaModule(ptx()));
            kernel = parts.add(module.kernel("blend_pointer", PARAMETER_BYTES));
            pinned = parts.add(new PinnedBuffer((long) MOST * MOST * BYTES_PER_PIXEL));
            bitmap = parts.add(DeviceBuffer.linear((long) MOST * MOST * BYTES_PER_PIXEL, budget));
            upload = parts.add(new Copy2d());
            uploaded = parts.add(CudaEvent.create());
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static String ptx() {
        try (InputStream text = CudaCursor.class.getResourceAsStream("pointer.ptx")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Queues it. */
    void draw(CursorState cursor, CudaFrame frame) {
        int columns = Math.min(MOST, cursor.width());
        int rows = Math.min(MOST, cursor.height());
        int left = Math.clamp(cursor.x(), 0, frame.width());
        int top = Math.clamp(cursor.y(), 0, frame.height());
        int right = Math.clamp((long) cursor.x() + columns, left, frame.width());
        int bottom = Math.clamp((long) cursor.y() + rows, top, frame.height());
        if (left == right || top == bottom) {
            return;
        }
        long bytes = (long) cursor.width() * rows * BYTES_PER_PIXEL;
        if (cursor.serial() != serial) {
            uploaded.await(limitNanos);
            MemorySegment.copy(cursor.pixels(), 0, pinned.segment(), 0, bytes);
            stream.copy(upload.size(bytes, 1).fromHost(pinned.address(), bytes).toDevice(bitmap.pointer(), bytes));
            stream.record(uploaded);
            serial = cursor.serial();
        }
        PixelFormat format = frame.format();
        int red = format.redFirst() ? 0 : 2 * format.bitDepth();
        int bitmapPitch = cursor.width() * BYTES_PER_PIXEL;
        kernel.set(0, frame.pointer() + (long) top * frame.pitch() + (long) left * BYTES_PER_PIXEL)
                .set(1, bitmap.pointer() + (long) (top - cursor.y()) * bitmapPitch + (long) (left - cursor.x()) * BYTES_PER_PIXEL)
                .set(2, frame.pitch()).set(3, bitmapPitch).set(4, right - left).set(5, bottom - top)
                .set(6, red).set(7, 2 * format.bitDepth() - red).set(8, format.bitDepth())
                .launch(stream, right - left, bottom - top, BLOCK_X, BLOCK_Y);
    }

    @Override
    public void close() {
        parts.close();
    }
}
