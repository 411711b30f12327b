package lumen.plugin.ffmpeg;

import lumen.spi.BackendException;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVHWFramesContext;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Surfaces of one size in a GPU's memory ({@code AVHWFramesContext}). Encoders take none but those: they refuse a bare
 * frame, and a pool's few addresses stay registered with them. The maker closes it.
 */
final class SurfacePool implements AutoCloseable {
    private final AVBufferRef reference;

    /**
     * @param api        whose surfaces
     * @param pixels     FFmpeg's number of the format of their pixels
     * @param surfaces   how many there are; 0: as many as are taken at once
     */
    SurfacePool(HardwareDevice device, HardwareApi api, int pixels, int width, int height, int surfaces) {
        this(device, api.surfaceFormat(), pixels, width, height, surfaces);
    }

    SurfacePool(HardwareDevice device, int format, int pixels, int width, int height, int surfaces) {
        reference = avutil.av_hwframe_ctx_alloc(device.reference());
        if (reference == null) {
            throw new BackendException("FFmpeg has no memory for a pool of surfaces");
        }
        try (FFmpegLog.Heard heard = FFmpegLog.listen()) {
            new AVHWFramesContext(reference.data()).format(format).sw_format(pixels).width(width).height(height)
                    .initial_pool_size(surfaces);
            int result = avutil.av_hwframe_ctx_init(reference);
            if (result < 0) {
                throw new BackendException("surfaces of " + width + "x" + height + ": " + heard.orElse("none") + ", "
                        + FFmpegError.message(result));
            }
        } catch (RuntimeException e) {
            avutil.av_buffer_unref(reference);
            throw e;
        }
    }

    /** {@code AVBufferRef} of the pool, this object's own. */
    AVBufferRef reference() {
        return reference;
    }

    /** Puts a surface into an empty frame. */
    void take(FrameFields into) {
        FFmpegError.check(avutil.av_hwframe_get_buffer(reference, into.frame, 0), "get a surface");
    }

    @Override
    public void close() {
        avutil.av_buffer_unref(reference);
    }
}
