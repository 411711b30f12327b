package lumen.plugin.ffmpeg;

import lumen.cuda.CudaException;
import lumen.spi.BackendException;
import lumen.spi.ImportedFrame;
import org.bytedeco.ffmpeg.global.avutil;

/** Feeds NVENC: frames are converted straight into surfaces of FFmpeg's pool, which NVENC reads in place. */
final class CudaFeed implements FrameFeed {
    private final CudaSession session;
    private final SurfacePool pool;
    private final VideoSignal signal;
    private final FrameFields current = new FrameFields();
    private final FrameFields next = new FrameFields();

    /**
     * @param session stays its maker's
     * @param pool    stays its maker's
     */
    CudaFeed(CudaSession session, SurfacePool pool, VideoSignal signal) {
        this.session = session;
        this.pool = pool;
        this.signal = signal;
    }

    @Override
    public void take(ImportedFrame frame) {
        try {
            next.unref();
            session.context().makeCurrent();
            pool.take(next);
            session.convert(frame, next.data(0), next.linesize(0), next.data(1), next.linesize(1));
            session.await();
        } catch (CudaException e) {
            throw new BackendException(e.getMessage(), e);
        }
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
    }
}
