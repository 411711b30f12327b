package lumen.client.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_LOW_DELAY;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import java.lang.foreign.MemorySegment;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/**
 * FFmpeg's H.264 decoder, one access unit in, one picture out, without delay: the behaviour a stream for
 * low latency relies on. The planes are the decoder's own memory, not copies. Confined to one thread.
 */
public final class H264Decoder implements AutoCloseable {
    private static final int SLICE_THREADS = 2;

    private final AVCodecContext context;
    private final AVPacket packet;
    private final AVFrame frame;
    private final DecodedPicture picture = new DecodedPicture();
    private BytePointer input = new BytePointer(1 << 20);
    private MemorySegment inputMemory = MemorySegment.ofAddress(input.address()).reinterpret(1 << 20);

    /** @throws IllegalStateException if the FFmpeg library has no H.264 decoder */
    public H264Decoder() {
        av_log_set_level(AV_LOG_FATAL);
        AVCodec codec = avcodec_find_decoder(AV_CODEC_ID_H264);
        if (codec == null) {
            throw new IllegalStateException("this FFmpeg has no H.264 decoder");
        }
        context = avcodec_alloc_context3(codec);
        context.flags(context.flags() | AV_CODEC_FLAG_LOW_DELAY);
        // Frame threads would hold pictures back; slices can be shared out.
        context.thread_type(AVCodecContext.FF_THREAD_SLICE);
        context.thread_count(SLICE_THREADS);
        packet = av_packet_alloc();
        frame = av_frame_alloc();
        if (avcodec_open2(context, codec, (AVDictionary) null) < 0) {
            close();
            throw new IllegalStateException("FFmpeg's H.264 decoder doesn't open");
        }
    }

    /**
     * Decodes one access unit.
     *
     * @param accessUnit Annex B; copied
     * @return the picture, valid until the next call; {@code null} if the access unit can't be decoded or
     *         gave none
     */
    public DecodedPicture decode(MemorySegment accessUnit) {
        long length = accessUnit.byteSize();
        reserve(length + AV_INPUT_BUFFER_PADDING_SIZE);
        MemorySegment.copy(accessUnit, 0, inputMemory, 0, length);
        inputMemory.asSlice(length, AV_INPUT_BUFFER_PADDING_SIZE).fill((byte) 0);
        packet.data(input);
        packet.size((int) length);
        int sent = avcodec_send_packet(context, packet);
        if (sent < 0 && sent != AVERROR_EAGAIN()) {
            return null;
        }
        av_frame_unref(frame);
        if (avcodec_receive_frame(context, frame) < 0) {
            return null;
        }
        int format = frame.format();
        if (format != AV_PIX_FMT_YUV420P && format != AV_PIX_FMT_YUVJ420P) {
            return null;
        }
        picture.wrap(frame);
        return picture;
    }

    private void reserve(long bytes) {
        if (bytes > inputMemory.byteSize()) {
            input.deallocate();
            long capacity = Long.highestOneBit(bytes) << 1;
            input = new BytePointer(capacity);
            inputMemory = MemorySegment.ofAddress(input.address()).reinterpret(capacity);
        }
    }

    @Override
    public void close() {
        av_frame_free(frame);
        av_packet_free(packet);
        avcodec_free_context(context);
        input.deallocate();
    }
}
