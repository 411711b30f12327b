package lumen.plugin.ffmpeg;

import lumen.cuda.Copy2d;
import lumen.cuda.CudaContext;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaEvent;
import lumen.cuda.CudaException;
import lumen.cuda.CudaStream;
import lumen.cuda.DeviceBuffer;
import lumen.cuda.MemoryBudget;
import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;

/**
 * One encoder's share of a CUDA device: a stream of its own in the context all parts share, and the conversion to the
 * stream's size and colours. One thread.
 */
final class CudaSession implements AutoCloseable {
    /** Converting and copying take well under a millisecond; what takes that long has died. */
    private static final long LIMIT_NANOS = 1_000_000_000L;

    private final CudaDevice device;
    private final MemoryBudget budget;
    private final CudaContext context;
    private final CudaStream stream;
    private final CudaEvent done;
    private final CudaConversion conversion;
    private final Copy2d copy = new Copy2d();
    /** Frames from memory, before they are converted; made when one comes. */
    private DeviceBuffer upload;

    /** @param budget of device memory */
    CudaSession(CudaDevice device, EncoderSettings settings, MemoryBudget budget) {
        this.device = device;
        this.budget = budget;
        context = device.retain();
        CudaStream ownStream = null;
        CudaEvent ownEvent = null;
        try {
            context.makeCurrent();
            ownStream = new CudaStream();
            ownEvent = CudaEvent.create();
            conversion = new CudaConversion(settings);
        } catch (RuntimeException e) {
            if (ownEvent != null) {
                ownEvent.close();
            }
            if (ownStream != null) {
                ownStream.close();
            }
            copy.close();
            context.close();
            throw e;
        }
        stream = ownStream;
        done = ownEvent;
    }

    CudaContext context() {
        return context;
    }

    CudaStream stream() {
        return stream;
    }

    MemoryBudget budget() {
        return budget;
    }

    /** Queues the conversion of a frame into two planes of device memory. */
    void convert(ImportedFrame frame, long luma, int lumaPitch, long chroma, int chromaPitch) {
        context.makeCurrent();
        switch (frame) {
            case ImportedFrame.CudaMemory memory -> {
                if (!memory.device().equals(device.uuid())) {
                    throw new BackendException("the frame is on the CUDA device " + memory.device() + ", the encoder on "
                            + device.uuid());
                }
                if (memory.width() < 1 || memory.height() < 1 || memory.pitch() < 4L * memory.width() || memory.pointer() == 0) {
                    throw new BackendException("not a frame: " + memory.width() + "x" + memory.height() + ", pitch "
                            + memory.pitch());
                }
                if (memory.ready() != 0) {
                    stream.waitFor(memory.ready());
                }
                conversion.convert(stream, memory.pointer(), memory.pitch(), memory.format(), memory.width(), memory.height(),
                        luma, lumaPitch, chroma, chromaPitch);
            }
            case ImportedFrame.SystemMemory memory -> {
                CpuConversion.check(memory);
                upload(memory);
                conversion.convert(stream, upload.pointer(), (int) upload.pitch(), memory.format(), memory.width(),
                        memory.height(),
                        luma, lumaPitch, chroma, chromaPitch);
            }
            case ImportedFrame.DmabufPassthrough d -> throw new BackendException("this encoder reads no dmabufs");
        }
    }

    private void upload(ImportedFrame.SystemMemory memory) {
        long row = 4L * memory.width();
        if (upload == null || upload.widthInBytes() != row || upload.height() != memory.height()) {
            if (upload != null) {
                upload.close();
                upload = null;
            }
            upload = DeviceBuffer.pitched(row, memory.height(), budget);
        }
        stream.copy(copy.size(row, memory.height()).fromHost(memory.pixels().address(), memory.stride())
                .toDevice(upload.pointer(), upload.pitch()));
    }

    /** Queues a copy of rows to memory. */
    void download(long from, long pitch, long to, long stride, long widthInBytes, long rows) {
        stream.copy(copy.size(widthInBytes, rows).fromDevice(from, pitch).toHost(to, stride));
    }

    /** Waits until all that was queued is done: nobody reads the source any more. */
    void await() {
        stream.record(done);
        done.await(LIMIT_NANOS);
    }

    /** Waits once more, since what is freed must not be in use; a device that has died frees everything by itself. */
    @Override
    public void close() {
        context.makeCurrent();
        try {
            stream.await(LIMIT_NANOS);
        } catch (CudaException e) {
            System.getLogger("lumen.plugin.ffmpeg").log(System.Logger.Level.WARNING, "a CUDA stream does not come to its end: "
                    + e.getMessage());
        }
        if (upload != null) {
            upload.close();
        }
        conversion.close();
        copy.close();
        done.close();
        stream.close();
        context.close();
    }
}
