package lumen.client.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.card.CardState;
import lumen.card.CardCanvas;
import lumen.card.TestCard;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/** Paints test cards and encodes them with x264, as a host would. */
public final class CardEncoder implements AutoCloseable {
    private static final double KR = 0.2126;
    private static final double KB = 0.0722;

    private final Arena arena = Arena.ofShared();
    private final int width;
    private final int height;
    private final MemorySegment pixels;
    private final CardCanvas canvas;
    private final AVCodecContext context;
    private final AVPacket packet = av_packet_alloc();
    private final AVFrame frame = av_frame_alloc();
    private long pts;
    private boolean key;

    public CardEncoder(int width, int height, int bitrateKbps) {
        av_log_set_level(AV_LOG_FATAL);
        this.width = width;
        this.height = height;
        pixels = arena.allocate(4L * width * height, 64);
        canvas = new TestCard(width, height, arena).canvas(pixels, 4 * width);
        var codec = avcodec_find_encoder_by_name("libx264");
        context = avcodec_alloc_context3(codec);
        context.width(width);
        context.height(height);
        context.pix_fmt(AV_PIX_FMT_YUV420P);
        context.time_base(avutil.av_make_q(1, 60));
        context.bit_rate(bitrateKbps * 1000L);
        context.gop_size(1 << 20);
        context.max_b_frames(0);
        context.colorspace(AVCOL_SPC_BT709);
        context.color_range(AVCOL_RANGE_MPEG);
        AVDictionary options = new AVDictionary(null);
        avutil.av_dict_set(options, "preset", "ultrafast", 0);
        avutil.av_dict_set(options, "tune", "zerolatency", 0);
        avutil.av_dict_set(options, "forced-idr", "1", 0);
        if (avcodec_open2(context, codec, options) < 0) {
            throw new IllegalStateException("x264 doesn't open");
        }
        frame.format(AV_PIX_FMT_YUV420P);
        frame.width(width);
        frame.height(height);
        av_frame_get_buffer(frame, 0);
    }

    /** The access unit that shows this card; heap memory of the caller's. */
    public byte[] encode(CardState state, boolean idr) {
        canvas.paint(state);
        avutil.av_frame_make_writable(frame);
        convert();
        frame.pts(pts++);
        frame.pict_type(idr ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
        if (avcodec_send_frame(context, frame) < 0 || avcodec_receive_packet(context, packet) < 0) {
            throw new IllegalStateException("x264 gave no packet");
        }
        byte[] bytes = new byte[packet.size()];
        packet.data().get(bytes);
        key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
        av_packet_unref(packet);
        return bytes;
    }

    /** True if the last access unit is an IDR. */
    public boolean wasKey() {
        return key;
    }

    private int pixel(int x, int y) {
        return pixels.get(ValueLayout.JAVA_INT_UNALIGNED, 4L * (y * width + x));
    }

    private void convert() {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                frame.data(0).put((long) y * frame.linesize(0) + x, (byte) Math.round(16 + luma(pixel(x, y)) * 219 / 255));
            }
        }
        for (int y = 0; y < height / 2; y++) {
            for (int x = 0; x < width / 2; x++) {
                double r = 0;
                double b = 0;
                double l = 0;
                for (int i = 0; i < 4; i++) {
                    int p = pixel(2 * x + (i & 1), 2 * y + (i >> 1));
                    r += (p >> 16 & 0xFF) / 4.0;
                    b += (p & 0xFF) / 4.0;
                    l += luma(p) / 4;
                }
                frame.data(1).put((long) y * frame.linesize(1) + x,
                        (byte) Math.round(128 + (b - l) / (2 * (1 - KB)) * 224 / 255));
                frame.data(2).put((long) y * frame.linesize(2) + x,
                        (byte) Math.round(128 + (r - l) / (2 * (1 - KR)) * 224 / 255));
            }
        }
    }

    private static double luma(int p) {
        return KR * (p >> 16 & 0xFF) + (1 - KR - KB) * (p >> 8 & 0xFF) + KB * (p & 0xFF);
    }

    @Override
    public void close() {
        av_packet_free(packet);
        av_frame_free(frame);
        avcodec_free_context(context);
        arena.close();
    }
}
