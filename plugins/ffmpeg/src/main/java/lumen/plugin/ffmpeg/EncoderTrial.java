package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import lumen.plugin.ffmpeg.color.Memory;
import lumen.spi.BackendException;
import lumen.spi.Chroma;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.VideoCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Opens an encoder for real at a small size, encodes a picture and looks whether a decoder sees it again. */
final class EncoderTrial {
    static final int WIDTH = 256;
    static final int HEIGHT = 144;
    private static final ColorInfo COLOR = new ColorInfo(ColorInfo.Matrix.BT709, false);
    /** Mean difference of luma, 8 bits; a picture of another encoder's, shifted or with swapped colours, has 10 and more. */
    private static final double WORST_DIFFERENCE = 4;

    private EncoderTrial() {
    }

    static EncoderSettings settings(VideoCodec codec, int bitDepth) {
        return new EncoderSettings(codec, DisplayMode.of(WIDTH, HEIGHT, 60), 4000, 1, 1, COLOR, bitDepth, Chroma.YUV420,
                java.util.OptionalLong.empty());
    }

    /**
     * Tries an encoder out.
     *
     * @return what was seen
     * @throws BackendException if it can't be opened, or encodes something else
     */
    static String run(VideoCodec codec, int bitDepth, Function<EncoderSettings, FFmpegEncoder> opener) {
        EncoderSettings settings = settings(codec, bitDepth);
        try (Arena arena = Arena.ofConfined(); FFmpegEncoder encoder = opener.apply(settings);
             CpuConversion conversion = new CpuConversion(EncoderTrial.settings(codec, 8), VideoSignal.of(COLOR));
             Picture expected = new Picture(WIDTH, HEIGHT, 8, VideoSignal.of(COLOR))) {
            TrialFrame frame = new TrialFrame(arena, WIDTH, HEIGHT);
            conversion.convert(frame, expected);
            byte[][] units = new byte[2][];
            boolean[] idr = new boolean[2];
            for (int i = 0; i < 2; i++) {
                int index = i;
                encoder.encode(frame, false, (unit, isIdr) -> {
                    units[index] = unit.toArray(JAVA_BYTE);
                    idr[index] = isIdr;
                });
            }
            if (!idr[0] || idr[1]) {
                throw new BackendException(encoder.description() + " does not make an IDR first and no other");
            }
            double difference = decoded(codec, units, expected);
            if (difference > WORST_DIFFERENCE) {
                throw new BackendException(String.format(java.util.Locale.ROOT,
                        "%s encodes another picture: luma differs by %.1f in the mean", encoder.description(), difference));
            }
            return String.format(java.util.Locale.ROOT, "opened at %dx%d, %d bits; %s", WIDTH, HEIGHT, bitDepth, difference < 0
                    ? "no decoder here to look at its output" : String.format(java.util.Locale.ROOT,
                            "luma within %.2f when decoded", difference));
        }
    }

    /** The mean difference of the last picture's luma, of 8 bits; negative if nothing here decodes that codec. */
    private static double decoded(VideoCodec codec, byte[][] units, Picture expected) {
        var decoder = avcodec.avcodec_find_decoder_by_name(switch (codec) {
            case H264 -> "h264";
            case HEVC -> "hevc";
            // FFmpeg's own needs a GPU.
            case AV1 -> "libdav1d";
        });
        if (decoder == null) {
            return -1;
        }
        AVCodecContext context = avcodec.avcodec_alloc_context3(decoder);
        AVPacket packet = avcodec.av_packet_alloc();
        try (FrameFields frame = new FrameFields(); FFmpegLog.Heard heard = FFmpegLog.listen()) {
            context.thread_count(1);
            context.flags(context.flags() | avcodec.AV_CODEC_FLAG_LOW_DELAY);
            context.err_recognition(avcodec.AV_EF_EXPLODE);
            check(avcodec.avcodec_open2(context, decoder, (AVDictionary) null), heard);
            for (byte[] unit : units) {
                check(avcodec.av_new_packet(packet, unit.length), heard);
                packet.data().put(unit);
                int sent = avcodec.avcodec_send_packet(context, packet);
                avcodec.av_packet_unref(packet);
                check(sent, heard);
                check(avcodec.avcodec_receive_frame(context, frame.frame), heard);
            }
            return difference(frame, expected);
        } finally {
            avcodec.av_packet_free(packet);
            avcodec.avcodec_free_context(context);
        }
    }

    private static void check(int result, FFmpegLog.Heard heard) {
        if (result < 0) {
            throw new BackendException("what it encodes can't be decoded: " + heard.orElse(FFmpegError.message(result)));
        }
    }

    private static double difference(FrameFields frame, Picture expected) {
        if (frame.frame.width() != WIDTH || frame.frame.height() != HEIGHT) {
            throw new BackendException("what it encodes has " + frame.frame.width() + "x" + frame.frame.height() + " pixels");
        }
        boolean tenBit = frame.frame.format() == avutil.AV_PIX_FMT_YUV420P10LE;
        MemorySegment all = Memory.ALL;
        long sum = 0;
        for (int y = 0; y < HEIGHT; y++) {
            long row = frame.data(0) + (long) y * frame.linesize(0);
            for (int x = 0; x < WIDTH; x++) {
                int seen = tenBit ? all.get(JAVA_SHORT, row + 2L * x) >> 2 : all.get(JAVA_BYTE, row + x) & 0xFF;
                sum += Math.abs(seen - (all.get(JAVA_BYTE, expected.luma() + (long) y * expected.lumaStride() + x) & 0xFF));
            }
        }
        return sum / (double) (WIDTH * HEIGHT);
    }
}
