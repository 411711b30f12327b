package lumen.plugin.ffmpeg;

import lumen.cuda.Cuda;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaException;
import lumen.cuda.DeviceBuffer;
import lumen.cuda.MemoryBudget;
import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;

/**
 * Feeds an encoder on the CPU from a CUDA device that has none of its own, such as those of data centres: converted on
 * the GPU, so that one download of 1.5 bytes a pixel is left. Frames in memory are converted on the CPU.
 */
final class CudaDownloadFeed implements FrameFeed {
    private final EncoderSettings settings;
    private final VideoSignal signal;
    private final MemoryBudget budget;
    private final int width;
    private final int height;
    private SoftwareFeed software;
    private Gpu gpu;
    private FrameFields picture;

    /** What the first frame in CUDA memory takes. */
    private record Gpu(CudaSession session, DeviceBuffer planes, PinnedPicture pinned) implements AutoCloseable {
        @Override
        public void close() {
            session.context().makeCurrent();
            pinned.close();
            planes.close();
            session.close();
        }
    }

    CudaDownloadFeed(EncoderSettings settings, VideoSignal signal) {
        this(settings, signal, MemoryBudget.unlimited());
    }

    /** @param budget of device memory */
    CudaDownloadFeed(EncoderSettings settings, VideoSignal signal, MemoryBudget budget) {
        this.settings = settings;
        this.signal = signal;
        this.budget = budget;
        width = CodecContext.even(settings.mode().width());
        height = CodecContext.even(settings.mode().height());
    }

    @Override
    public void take(ImportedFrame frame) {
        if (frame instanceof ImportedFrame.CudaMemory memory) {
            try {
                take(memory);
            } catch (CudaException e) {
                throw new BackendException(e.getMessage(), e);
            }
        } else {
            if (software == null) {
                software = new SoftwareFeed(settings, signal);
            }
            software.take(frame);
            picture = software.picture();
        }
    }

    private void take(ImportedFrame.CudaMemory memory) {
        if (gpu == null) {
            gpu = open(Cuda.load().device(memory.device())
                    .orElseThrow(() -> new BackendException("there is no CUDA device " + memory.device())));
        }
        CudaSession session = gpu.session;
        long luma = gpu.planes.pointer();
        int pitch = (int) gpu.planes.pitch();
        session.convert(memory, luma, pitch, luma + (long) pitch * height, pitch);
        session.download(luma, pitch, gpu.pinned.address(), gpu.pinned.stride(), width, gpu.pinned.rows());
        session.await();
        picture = gpu.pinned.fields();
    }

    private Gpu open(CudaDevice device) {
        CudaSession session = new CudaSession(device, settings, budget);
        DeviceBuffer planes = null;
        try {
            planes = DeviceBuffer.pitched(width, height + height / 2, budget);
            return new Gpu(session, planes, new PinnedPicture(width, height, signal));
        } catch (RuntimeException e) {
            if (planes != null) {
                planes.close();
            }
            session.close();
            throw e;
        }
    }

    @Override
    public FrameFields picture() {
        return picture;
    }

    @Override
    public void close() {
        if (gpu != null) {
            gpu.close();
        }
        if (software != null) {
            software.close();
        }
    }
}
