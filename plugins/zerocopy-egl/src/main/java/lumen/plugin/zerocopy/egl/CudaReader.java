package lumen.plugin.zerocopy.egl;

import java.lang.foreign.MemorySegment;
import lumen.cuda.Copy2d;
import lumen.cuda.CudaEvent;
import lumen.cuda.CudaStream;
import lumen.cuda.DeviceBuffer;
import lumen.cuda.MemoryBudget;
import lumen.spi.ImportedFrame;
import lumen.spi.Trial;

/** An encoder's part in a trial: reads pictures out of CUDA's memory, and copies as many bytes for comparison. */
final class CudaReader implements AutoCloseable {
    private static final long LIMIT_NANOS = 5_000_000_000L;
    private static final int WARM_UP = 20;

    private final CudaOutputs cuda;
    private final CudaStream stream;
    private final CudaEvent begin = CudaEvent.timed();
    private final CudaEvent end = CudaEvent.timed();

    /** @param cuda whose context this shares */
    CudaReader(CudaOutputs cuda) {
        this.cuda = cuda;
        cuda.context().makeCurrent();
        stream = new CudaStream();
    }

    /** Into memory of the same size, as an encoder would: after the picture's event. */
    void read(ImportedFrame.CudaMemory frame, MemorySegment into) {
        try (Copy2d copy = new Copy2d()) {
            long row = frame.width() * 4L;
            stream.waitFor(frame.ready());
            stream.copy(copy.size(row, frame.height()).fromDevice(frame.pointer(), frame.pitch()).toHost(into.address(), row));
            stream.await(LIMIT_NANOS);
        }
    }

    /** From now on the importer's own copies are timed. */
    void time() {
        cuda.time(begin, end);
    }

    /** Of the importer's copy, which is done then. */
    long nanos() {
        end.await(LIMIT_NANOS);
        return end.nanosSince(begin);
    }

    /** The bare copy of a picture's bytes from one buffer to another. */
    FrameTimes bare(Trial.Size size, int frames) {
        FrameTimes times = new FrameTimes(frames);
        long row = size.width() * 4L;
        try (DeviceBuffer from = DeviceBuffer.pitched(row, size.height(), MemoryBudget.unlimited());
                DeviceBuffer to = DeviceBuffer.pitched(row, size.height(), MemoryBudget.unlimited());
                Copy2d copy = new Copy2d()) {
            copy.size(row, size.height()).fromDevice(from.pointer(), from.pitch()).toDevice(to.pointer(), to.pitch());
            for (int i = -WARM_UP; i < frames; i++) {
                times.begin();
                stream.record(begin);
                stream.copy(copy);
                stream.record(end);
                end.await(LIMIT_NANOS);
                if (i >= 0) {
                    times.end();
                    times.gpu(end.nanosSince(begin));
                }
            }
        }
        return times;
    }

    @Override
    public void close() {
        cuda.time(null, null);
        begin.close();
        end.close();
        stream.close();
    }
}
