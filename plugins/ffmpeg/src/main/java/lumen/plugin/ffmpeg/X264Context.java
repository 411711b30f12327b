package lumen.plugin.ffmpeg;

import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Opens libx264 the way a game stream needs it, and sizes its rate control. */
final class X264Context {
    static final String NAME = "libx264";
    /**
     * Size of the decoder buffer model in frames at the peak bitrate. No frame is larger, IDRs included
     * (measured: 1.2 for those), which keeps sending times near one interval; with 1.2 frames x264 spends
     * only 90 % of the bitrate.
     */
    private static final double VBV_FRAMES = 1.5;
    /** More reference frames cost time in each macroblock and gain little in a stream of one-frame steps. */
    private static final int MOST_REFERENCES = 4;
    /**
     * Finest quantiser. Without it, a still picture costs 140 kbit/s rather than 20 (720p60, measured) for
     * differences that nobody can see.
     */
    private static final int FINEST_QUANTISER = 12;
    /**
     * Constant rate factor, x264's measure of quality: what is easier than the bitrate allows comes out at
     * this quality, the rest is held by the buffer model. With a mean bitrate instead, x264 spent 60 to
     * 80 % of it on content too hard for it (720p60, 10 Mbit/s); this spends all of it.
     */
    private static final String QUALITY = "16";
    /** x264 wants at least 4 macroblock rows for each thread of a frame. */
    private static final int ROWS_PER_THREAD = 4;

    private X264Context() {
    }

    /** The encoded size of an edge: 4:2:0 has even sizes only. */
    static int even(int edge) {
        return edge + 1 & ~1;
    }

    static AVCodecContext open(EncoderSettings settings, String preset, VideoSignal signal) {
        AVCodec codec = avcodec.avcodec_find_encoder_by_name(NAME);
        if (codec == null) {
            throw new BackendException("this build of FFmpeg has no libx264; the GPL natives have it");
        }
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        if (context == null) {
            throw new BackendException("FFmpeg has no memory for an encoder");
        }
        AVDictionary options = new AVDictionary(null);
        try {
            configure(context, settings, signal);
            avutil.av_dict_set(options, "preset", preset, 0);
            // No look-ahead, no B-frames, slices of a frame in parallel rather than frames.
            avutil.av_dict_set(options, "tune", "zerolatency", 0);
            avutil.av_dict_set(options, "crf", QUALITY, 0);
            avutil.av_dict_set(options, "forced-idr", "1", 0);
            avutil.av_dict_set(options, "aud", "0", 0);
            // An IDR when asked for and at no other time, scene cuts included. Adaptive quantisation, which
            // ultrafast leaves out: without it a detailed still picture may never become sharp.
            avutil.av_dict_set(options, "x264-params", "keyint=infinite:scenecut=0:intra-refresh=0:aq-mode=1", 0);
            FFmpegError.check(avcodec.avcodec_open2(context, codec, options),
                    "open libx264 (" + preset + ") for " + settings.mode());
            if (avutil.av_dict_count(options) != 0) {
                throw new BackendException("this build of libx264 does not know one of its options");
            }
            return context;
        } catch (RuntimeException e) {
            avcodec.avcodec_free_context(context);
            throw e;
        } finally {
            avutil.av_dict_free(options);
        }
    }

    private static void configure(AVCodecContext context, EncoderSettings settings, VideoSignal signal) {
        int width = even(settings.mode().width());
        int height = even(settings.mode().height());
        context.width(width).height(height).pix_fmt(avutil.AV_PIX_FMT_NV12);
        context.time_base(avutil.av_make_q(1000, settings.mode().refreshMilliHz()));
        context.framerate(avutil.av_make_q(settings.mode().refreshMilliHz(), 1000));
        context.max_b_frames(0).qmin(FINEST_QUANTISER);
        int references = settings.referenceFrames();
        context.refs(references == 0 ? 1 : Math.min(references, MOST_REFERENCES));
        context.color_range(signal.range()).colorspace(signal.matrix()).color_primaries(signal.primaries());
        context.color_trc(signal.transfer()).chroma_sample_location(avutil.AVCHROMA_LOC_CENTER);
        context.flags(context.flags() & ~avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);

        int rows = Math.ceilDiv(height, 16);
        // x264 makes one slice for each thread, so more threads than slices asked for mean more slices.
        int wanted = Math.max(settings.slicesPerFrame(),
                X264Preset.threads(settings.mode(), Runtime.getRuntime().availableProcessors()));
        int slices = Math.min(wanted, rows);
        // A frame too low for that many threads is sliced by one.
        context.thread_count(rows / ROWS_PER_THREAD >= slices ? slices : 1);
        context.thread_type(AVCodecContext.FF_THREAD_SLICE);
        context.slices(slices);
        rate(context, settings.bitrateKbps(), settings.mode().refreshMilliHz());
    }

    /** Sets the peak and the buffer that enforces it; an open libx264 takes them up with its next frame. */
    static void rate(AVCodecContext context, int kbps, int refreshMilliHz) {
        // No mean bitrate: it would replace the constant quality.
        context.bit_rate(0).rc_max_rate(kbps * 1000L);
        context.rc_buffer_size(vbvBits(kbps, refreshMilliHz));
    }

    /** Bits in the decoder buffer model. */
    static int vbvBits(int kbps, int refreshMilliHz) {
        double frame = kbps * 1000.0 * 1000.0 / refreshMilliHz;
        // x264 counts in whole kilobits and refuses less than a frame.
        return (int) Math.min(Integer.MAX_VALUE, Math.max(2000, Math.ceil(frame * VBV_FRAMES)));
    }
}
