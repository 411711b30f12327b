package lumen.cuda;

import java.lang.foreign.MemorySegment;

/**
 * The pointer, kept on the GPU while its picture stays the same, and drawn over frames there. One thread.
 */
public final class CudaCursor implements AutoCloseable {
    /** Longest edge a pointer may have, in pixels. */
    public static final int MOST = 384;
    private static final int BYTES = MOST * MOST * 4;
    private static final long UPLOAD_NANOS = 1_000_000_000;

    private final FrameKernels kernels;
    private final PinnedBuffer staging;
    private final DeviceBuffer bitmap;
    private final Copy2d upload;
    private final CudaEvent uploaded;
    private long serial;

    /**
     * In the current context.
     *
     * @param kernels outlive this
     */
    public CudaCursor(FrameKernels kernels, MemoryBudget budget) {
        this.kernels = kernels;
        staging = new PinnedBuffer(BYTES);
        try {
            bitmap = DeviceBuffer.linear(BYTES, budget);
        } catch (CudaException e) {
            staging.close();
            throw e;
        }
        try {
            uploaded = CudaEvent.create();
        } catch (CudaException e) {
            bitmap.close();
            staging.close();
            throw e;
        }
        upload = new Copy2d();
    }

    /**
     * Queues drawing it, always on the same stream.
     *
     * @param picture {@code CUdeviceptr} of packed RGB
     * @param bits    of a colour, 8 or 10
     * @param x       left edge of the pointer, may be negative
     * @param y       top edge of the pointer, may be negative
     * @param pixels  rows of {@code columns} premultiplied BGRA pixels
     * @param changed another number than before if the pixels may be others
     * @throws IllegalArgumentException if it is larger than {@link #MOST} or than its pixels
     */
    public void draw(CudaStream stream, long picture, int pitch, int width, int height, int bits, boolean redFirst, int x, int y,
                     int columns, int rows, MemorySegment pixels, long changed) {
        if (columns > MOST || rows > MOST || pixels.byteSize() < 4L * columns * rows) {
            throw new IllegalArgumentException("a pointer of " + columns + "x" + rows + " in " + pixels.byteSize() + " bytes");
        }
        int left = Math.clamp(x, 0, width);
        int top = Math.clamp(y, 0, height);
        int visibleColumns = Math.clamp((long) x + columns, left, width) - left;
        int visibleRows = Math.clamp((long) y + rows, top, height) - top;
        if (visibleColumns == 0 || visibleRows == 0) {
            return;
        }
        if (changed != serial) {
            // What is queued reads the device's copy, in order; only the upload before has to have left the host's.
            uploaded.await(UPLOAD_NANOS);
            MemorySegment.copy(pixels, 0, staging.segment(), 0, 4L * columns * rows);
            upload.fromHost(staging.address(), 4L * columns).toDevice(bitmap.pointer(), 4L * columns).size(4L * columns, rows);
            stream.copy(upload);
            stream.record(uploaded);
            serial = changed;
        }
        kernels.cursor(stream, picture, pitch, bits, redFirst, left, top, visibleColumns, visibleRows, bitmap.pointer(), columns,
                left - x, top - y);
    }

    /** Work that uses it must have ended. */
    @Override
    public void close() {
        uploaded.close();
        bitmap.close();
        staging.close();
        upload.close();
    }
}
