package lumen.plugin.ffmpeg;

import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/** FFmpeg's H.264 decoder, one access unit in, one picture out at once. */
final class Decoder implements AutoCloseable {

    /** A decoded picture: planes of 4:2:0. */
    record Decoded(int width, int height, byte[] y, byte[] u, byte[] v) {
    }

    private final AVCodecContext context;
    private final AVPacket packet = avcodec.av_packet_alloc();
    private final AVFrame frame = avutil.av_frame_alloc();

    Decoder() {
        var codec = avcodec.avcodec_find_decoder(avcodec.AV_CODEC_ID_H264);
        context = avcodec.avcodec_alloc_context3(codec);
        context.thread_count(1);
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_LOW_DELAY);
        context.err_recognition(avcodec.AV_EF_EXPLODE);
        FFmpegError.check(avcodec.avcodec_open2(context, codec, (org.bytedeco.ffmpeg.avutil.AVDictionary) null),
                "open the decoder");
    }

    Optional<Decoded> decode(byte[] accessUnit) {
        FFmpegError.check(avcodec.av_new_packet(packet, accessUnit.length), "allocate a packet");
        packet.data().put(accessUnit);
        int result = avcodec.avcodec_send_packet(context, packet);
        avcodec.av_packet_unref(packet);
        FFmpegError.check(result, "take an access unit");
        result = avcodec.avcodec_receive_frame(context, frame);
        if (result == avutil.AVERROR_EAGAIN()) {
            return Optional.empty();
        }
        FFmpegError.check(result, "decode an access unit");
        int width = frame.width();
        int height = frame.height();
        return Optional.of(new Decoded(width, height, plane(0, width, height),
                plane(1, (width + 1) / 2, (height + 1) / 2), plane(2, (width + 1) / 2, (height + 1) / 2)));
    }

    private byte[] plane(int index, int width, int height) {
        var out = new byte[width * height];
        BytePointer data = frame.data(index);
        for (int y = 0; y < height; y++) {
            data.position((long) y * frame.linesize(index)).get(out, y * width, width);
        }
        return out;
    }

    @Override
    public void close() {
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
    }
}
