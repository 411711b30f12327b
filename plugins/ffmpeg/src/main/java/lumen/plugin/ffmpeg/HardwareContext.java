package lumen.plugin.ffmpeg;

import lumen.spi.EncoderSettings;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.global.avutil;

/** Opens an encoder on a GPU the way a game stream needs it. */
final class HardwareContext {
    private HardwareContext() {
    }

    /** @param pool surfaces of the stream's size, which the encoder keeps a reference to */
    static AVCodecContext open(HardwareCodec codec, EncoderSettings settings, VideoSignal signal, SurfacePool pool) {
        return CodecContext.open(codec.encoderName(), settings, signal, context -> {
            context.pix_fmt(codec.api().surfaceFormat()).sw_pix_fmt(Picture.format(settings.bitDepth()));
            context.hw_frames_ctx(avutil.av_buffer_ref(pool.reference()));
            context.gop_size(codec.api().gopSize());
            context.slices(settings.slicesPerFrame());
            if (settings.referenceFrames() > 0) {
                context.refs(settings.referenceFrames());
            }
            rate(context, settings.bitrateKbps(), settings.mode().refreshMilliHz());
        }, codec.options());
    }

    /** A constant bitrate with a buffer of about one frame; an open NVENC takes it up with its next frame. */
    static boolean rate(AVCodecContext context, int kbps, int refreshMilliHz) {
        context.bit_rate(kbps * 1000L).rc_max_rate(kbps * 1000L);
        context.rc_buffer_size(DecoderBuffer.bits(kbps, refreshMilliHz));
        return true;
    }
}
