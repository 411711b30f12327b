package lumen.plugin.ffmpeg;

import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;
import org.bytedeco.ffmpeg.global.avutil;

/** Feeds an encoder on a GPU from memory: converted on the CPU, then uploaded by FFmpeg. */
final class UploadFeed implements FrameFeed {
    private final SurfacePool pool;
    private final VideoSignal signal;
    private final CpuConversion conversion;
    private final Picture staging;
    private final FrameFields current = new FrameFields();
    private final FrameFields next = new FrameFields();

    /** @param pool stays its maker's */
    UploadFeed(EncoderSettings settings, VideoSignal signal, SurfacePool pool) {
        this.pool = pool;
        this.signal = signal;
        staging = new Picture(CodecContext.even(settings.mode().width()), CodecContext.even(settings.mode().height()),
                settings.bitDepth(), signal);
        conversion = new CpuConversion(settings, signal);
    }

    @Override
    public void take(ImportedFrame frame) {
        if (!(frame instanceof ImportedFrame.SystemMemory memory)) {
            throw new BackendException("this encoder reads no frame in " + frame.kind());
        }
        conversion.convert(memory, staging);
        next.unref();
        pool.take(next);
        FFmpegError.check(avutil.av_hwframe_transfer_data(next.frame, staging.fields.frame, 0), "upload a frame");
        next.describe(signal);
        current.unref();
        avutil.av_frame_move_ref(current.frame, next.frame);
    }

    @Override
    public FrameFields picture() {
        return current;
    }

    @Override
    public void close() {
        current.close();
        next.close();
        conversion.close();
        staging.close();
    }
}
