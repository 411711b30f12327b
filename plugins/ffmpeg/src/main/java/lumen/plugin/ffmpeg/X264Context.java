package lumen.plugin.ffmpeg;

import java.util.Map;
import lumen.spi.EncoderSettings;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.global.avutil;

/** Opens libx264 the way a game stream needs it, and sizes its rate control. */
final class X264Context {
    static final String NAME = "libx264";
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

    static AVCodecContext open(EncoderSettings settings, String preset, VideoSignal signal) {
        // No look-ahead, no B-frames, slices of a frame in parallel rather than frames. An IDR when asked for and at no
        // other time, scene cuts included. Adaptive quantisation, which ultrafast leaves out: without it a detailed
        // still picture may never become sharp.
        return CodecContext.open(NAME, settings, signal, context -> configure(context, settings),
                Map.of("preset", preset, "tune", "zerolatency", "crf", QUALITY, "forced-idr", "1", "aud", "0",
                        "x264-params", "keyint=infinite:scenecut=0:intra-refresh=0:aq-mode=1"));
    }

    private static void configure(AVCodecContext context, EncoderSettings settings) {
        context.pix_fmt(avutil.AV_PIX_FMT_NV12).qmin(FINEST_QUANTISER);
        int references = settings.referenceFrames();
        context.refs(references == 0 ? 1 : Math.min(references, MOST_REFERENCES));

        int rows = Math.ceilDiv(settings.mode().height(), 16);
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
    static boolean rate(AVCodecContext context, int kbps, int refreshMilliHz) {
        // No mean bitrate: it would replace the constant quality.
        context.bit_rate(0).rc_max_rate(kbps * 1000L);
        context.rc_buffer_size(DecoderBuffer.bits(kbps, refreshMilliHz));
        return true;
    }
}
