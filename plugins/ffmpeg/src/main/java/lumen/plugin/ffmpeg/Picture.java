package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import lumen.spi.BackendException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * The one NV12 frame an encoder reads from: converted into, then encoded as often as asked. Fields that
 * change for each frame are written through the struct's own memory, which allocates nothing.
 */
final class Picture implements AutoCloseable {
    private static final int PICT_TYPE = StructFields.offset(AVFrame.class, "pict_type");
    private static final int PTS = StructFields.offset(AVFrame.class, "pts");
    private static final int DATA = StructFields.offset(AVFrame.class, "data");
    private static final int LINESIZE = StructFields.offset(AVFrame.class, "linesize");

    final AVFrame frame;
    private final MemorySegment struct;

    /** Allocates a frame of even size with the colour description of the stream. */
    Picture(int width, int height, VideoSignal signal) {
        frame = avutil.av_frame_alloc();
        if (frame == null) {
            throw new BackendException("FFmpeg has no memory for a frame");
        }
        frame.format(avutil.AV_PIX_FMT_NV12).width(width).height(height);
        frame.color_range(signal.range()).colorspace(signal.matrix()).color_primaries(signal.primaries());
        frame.color_trc(signal.transfer()).chroma_location(avutil.AVCHROMA_LOC_CENTER);
        int result = avutil.av_frame_get_buffer(frame, 64);
        if (result < 0) {
            avutil.av_frame_free(frame);
            FFmpegError.check(result, "allocate a frame of " + width + "x" + height);
        }
        struct = StructFields.of(frame);
    }

    long luma() {
        return struct.get(JAVA_LONG, DATA);
    }

    long chroma() {
        return struct.get(JAVA_LONG, DATA + 8);
    }

    int lumaStride() {
        return struct.get(JAVA_INT, LINESIZE);
    }

    int chromaStride() {
        return struct.get(JAVA_INT, LINESIZE + 4);
    }

    /** Stamps the picture for its next encoding. */
    void stamp(long pts, boolean idr) {
        struct.set(JAVA_LONG, PTS, pts);
        struct.set(JAVA_INT, PICT_TYPE, idr ? avutil.AV_PICTURE_TYPE_I : avutil.AV_PICTURE_TYPE_NONE);
    }

    @Override
    public void close() {
        avutil.av_frame_free(frame);
    }
}
