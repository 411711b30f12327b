package lumen.plugin.ffmpeg;

import org.bytedeco.ffmpeg.avcodec.AVCodecContext;

/** How an encoder is told what it may spend. */
@FunctionalInterface
interface RateControl {
    /** Of encoders whose bitrate can't be changed once they are open. */
    RateControl FIXED = (context, kbps, refreshMilliHz) -> false;

    /**
     * Sets target and peak of an open encoder.
     *
     * @return false if it must be opened anew for that
     */
    boolean set(AVCodecContext context, int kbps, int refreshMilliHz);
}
