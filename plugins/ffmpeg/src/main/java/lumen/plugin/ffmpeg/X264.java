package lumen.plugin.ffmpeg;

import lumen.spi.EncoderSettings;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;

/** Opens libx264 as a session's encoder. */
final class X264 {
    private X264() {
    }

    /** Reads system memory. @param word one of {@link X264Preset#WORDS} */
    static FFmpegEncoder open(EncoderSettings settings, String word) {
        return open(settings, word, new SoftwareFeed(settings, VideoSignal.of(settings.color())));
    }

    /** @param feed closed with the encoder, or now if that can't be opened */
    static FFmpegEncoder open(EncoderSettings settings, String word, FrameFeed feed) {
        String preset = X264Preset.resolve(word, settings.mode());
        AVCodecContext context;
        try {
            context = X264Context.open(settings, preset, VideoSignal.of(settings.color()));
        } catch (RuntimeException e) {
            feed.close();
            throw e;
        }
        return new FFmpegEncoder(settings, X264Context.NAME + " " + preset, context, feed, X264Context::rate);
    }
}
