package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import lumen.spi.BackendException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * One {@link AVFrame} and what changes in it for each frame, read and written through the struct's own memory, which
 * allocates nothing. The maker closes it.
 */
final class FrameFields implements AutoCloseable {
    private static final int PICT_TYPE = StructFields.offset(AVFrame.class, "pict_type");
    private static final int PTS = StructFields.offset(AVFrame.class, "pts");
    private static final int DATA = StructFields.offset(AVFrame.class, "data");
    private static final int LINESIZE = StructFields.offset(AVFrame.class, "linesize");
    private static final int COLOR_RANGE = StructFields.offset(AVFrame.class, "color_range");
    private static final int COLOR_PRIMARIES = StructFields.offset(AVFrame.class, "color_primaries");
    private static final int COLOR_TRC = StructFields.offset(AVFrame.class, "color_trc");
    private static final int COLORSPACE = StructFields.offset(AVFrame.class, "colorspace");
    private static final int CHROMA_LOCATION = StructFields.offset(AVFrame.class, "chroma_location");

    final AVFrame frame;
    private final MemorySegment struct;

    /** A frame without a buffer. */
    FrameFields() {
        frame = avutil.av_frame_alloc();
        if (frame == null) {
            throw new BackendException("FFmpeg has no memory for a frame");
        }
        struct = StructFields.of(frame);
    }

    /** Address of a plane's first byte, in whatever memory it is. */
    long data(int plane) {
        return struct.get(JAVA_LONG, DATA + 8L * plane);
    }

    void data(int plane, long address) {
        struct.set(JAVA_LONG, DATA + 8L * plane, address);
    }

    /** Bytes from one row of a plane to the next. */
    int linesize(int plane) {
        return struct.get(JAVA_INT, LINESIZE + 4L * plane);
    }

    void linesize(int plane, int bytes) {
        struct.set(JAVA_INT, LINESIZE + 4L * plane, bytes);
    }

    /** Describes the colours of its pixels. */
    void describe(VideoSignal signal) {
        struct.set(JAVA_INT, COLOR_RANGE, signal.range());
        struct.set(JAVA_INT, COLORSPACE, signal.matrix());
        struct.set(JAVA_INT, COLOR_PRIMARIES, signal.primaries());
        struct.set(JAVA_INT, COLOR_TRC, signal.transfer());
        struct.set(JAVA_INT, CHROMA_LOCATION, avutil.AVCHROMA_LOC_CENTER);
    }

    /** Stamps the frame for its next encoding. */
    void stamp(long pts, boolean idr) {
        struct.set(JAVA_LONG, PTS, pts);
        struct.set(JAVA_INT, PICT_TYPE, idr ? avutil.AV_PICTURE_TYPE_I : avutil.AV_PICTURE_TYPE_NONE);
    }

    /** Drops its buffers. */
    void unref() {
        avutil.av_frame_unref(frame);
    }

    @Override
    public void close() {
        avutil.av_frame_free(frame);
    }
}
