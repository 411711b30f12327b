package lumen.plugin.ffmpeg;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/** The one NV12 or P010 frame in memory that an encoder reads from: converted into, then encoded as often as asked. */
final class Picture implements AutoCloseable {
    final FrameFields fields = new FrameFields();

    /** Allocates a frame of even size with the colour description of the stream. */
    Picture(int width, int height, int bitDepth, VideoSignal signal) {
        AVFrame frame = fields.frame;
        frame.format(format(bitDepth)).width(width).height(height);
        fields.describe(signal);
        int result = avutil.av_frame_get_buffer(frame, 64);
        if (result < 0) {
            fields.close();
            FFmpegError.check(result, "allocate a frame of " + width + "x" + height);
        }
    }

    /** FFmpeg's number of 4:2:0 in two planes. */
    static int format(int bitDepth) {
        return bitDepth == 8 ? avutil.AV_PIX_FMT_NV12 : avutil.AV_PIX_FMT_P010LE;
    }

    int format() {
        return fields.frame.format();
    }

    int width() {
        return fields.frame.width();
    }

    int height() {
        return fields.frame.height();
    }

    long luma() {
        return fields.data(0);
    }

    long chroma() {
        return fields.data(1);
    }

    int lumaStride() {
        return fields.linesize(0);
    }

    int chromaStride() {
        return fields.linesize(1);
    }

    @Override
    public void close() {
        fields.close();
    }
}
