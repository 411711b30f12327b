package lumen.plugin.ffmpeg;

import java.util.Map;
import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** What is the same for all encoders when they are opened. */
final class CodecContext {
    private CodecContext() {
    }

    /** The encoded size of an edge: 4:2:0 has even sizes only. */
    static int even(int edge) {
        return edge + 1 & ~1;
    }

    /** What fills in a context before it is opened. */
    @FunctionalInterface
    interface Setup {
        void apply(AVCodecContext context);
    }

    /**
     * Opens an encoder; the caller frees it.
     *
     * @param setup   what only this encoder wants
     * @param options the encoder's own, by name
     * @throws BackendException with FFmpeg's words if it can't be opened
     */
    static AVCodecContext open(String name, EncoderSettings settings, VideoSignal signal, Setup setup,
                               Map<String, String> options) {
        AVCodec codec = avcodec.avcodec_find_encoder_by_name(name);
        if (codec == null) {
            throw new BackendException("this build of FFmpeg has no " + name);
        }
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        if (context == null) {
            throw new BackendException("FFmpeg has no memory for an encoder");
        }
        AVDictionary dictionary = new AVDictionary(null);
        try (FFmpegLog.Heard heard = FFmpegLog.listen()) {
            configure(context, settings, signal);
            setup.apply(context);
            options.forEach((key, value) -> avutil.av_dict_set(dictionary, key, value, 0));
            int result = avcodec.avcodec_open2(context, codec, dictionary);
            if (result < 0) {
                throw new BackendException(name + ": " + heard.orElse("can't be opened") + ", " + FFmpegError.message(result));
            }
            if (avutil.av_dict_count(dictionary) != 0) {
                throw new BackendException("this build of " + name + " does not know one of its options");
            }
            return context;
        } catch (RuntimeException e) {
            avcodec.avcodec_free_context(context);
            throw e;
        } finally {
            avutil.av_dict_free(dictionary);
        }
    }

    private static void configure(AVCodecContext context, EncoderSettings settings, VideoSignal signal) {
        context.width(even(settings.mode().width())).height(even(settings.mode().height()));
        context.time_base(avutil.av_make_q(1000, settings.mode().refreshMilliHz()));
        context.framerate(avutil.av_make_q(settings.mode().refreshMilliHz(), 1000));
        context.max_b_frames(0);
        context.color_range(signal.range()).colorspace(signal.matrix()).color_primaries(signal.primaries());
        context.color_trc(signal.transfer()).chroma_sample_location(avutil.AVCHROMA_LOC_CENTER);
        context.flags(context.flags() & ~avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
    }
}
