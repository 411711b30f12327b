package lumen.plugin.ffmpeg;

import lumen.cuda.PinnedBuffer;
import org.bytedeco.ffmpeg.global.avutil;

/** An NV12 frame in memory that a CUDA device writes at full speed: both planes with one stride, one below the other. */
final class PinnedPicture implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private final FrameFields fields = new FrameFields();
    private final PinnedBuffer memory;
    private final int stride;
    private final int rows;

    /** In the current CUDA context. Even size. */
    PinnedPicture(int width, int height, VideoSignal signal) {
        stride = Math.ceilDiv(width, ALIGNMENT) * ALIGNMENT;
        rows = height + height / 2;
        // FFmpeg's own frames have some bytes more at their end, for vectors that read on.
        long bytes = (long) stride * rows + ALIGNMENT;
        PinnedBuffer pinned = null;
        try {
            pinned = new PinnedBuffer(bytes);
            fields.frame.format(avutil.AV_PIX_FMT_NV12).width(width).height(height);
            fields.frame.buf(0, ForeignBuffer.of(pinned.address(), bytes));
            fields.data(0, pinned.address());
            fields.data(1, pinned.address() + (long) stride * height);
            fields.linesize(0, stride);
            fields.linesize(1, stride);
            fields.describe(signal);
        } catch (RuntimeException e) {
            fields.close();
            if (pinned != null) {
                pinned.close();
            }
            throw e;
        }
        memory = pinned;
    }

    FrameFields fields() {
        return fields;
    }

    long address() {
        return memory.address();
    }

    int stride() {
        return stride;
    }

    /** Of both planes. */
    int rows() {
        return rows;
    }

    /** The encoder is closed before. */
    @Override
    public void close() {
        fields.close();
        memory.close();
    }
}
