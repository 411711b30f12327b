package lumen.plugin.zerocopy.egl;

import java.util.UUID;
import lumen.cuda.Copy2d;
import lumen.cuda.Cuda;
import lumen.cuda.CudaContext;
import lumen.cuda.CudaCursor;
import lumen.cuda.CudaEvent;
import lumen.cuda.CudaException;
import lumen.cuda.CudaStream;
import lumen.cuda.FrameKernels;
import lumen.spi.BackendException;
import lumen.spi.FrameKind;

/** One importer's share of CUDA: the device's primary context, and a stream that its copies queue in. */
final class CudaOutputs implements Outputs {
    private static final long LIMIT_NANOS = 1_000_000_000L;

    private final CudaContext context;
    private final CudaStream stream;
    private final Copy2d copy;
    /** Loading them takes a while, so the first stage does it. */
    private FrameKernels kernels;
    private CudaCursor cursor;
    private CudaEvent before;
    private CudaEvent after;

    private CudaOutputs(CudaContext context) {
        this.context = context;
        context.makeCurrent();
        this.stream = new CudaStream();
        this.copy = new Copy2d();
    }

    /**
     * On the device that OpenGL draws on.
     *
     * @param device its UUID
     * @throws BackendException if there is no CUDA, or it doesn't know the device
     */
    static CudaOutputs on(UUID device) {
        try {
            CudaContext context = Cuda.load().device(device)
                    .orElseThrow(() -> new BackendException("CUDA doesn't know the device that OpenGL draws on (" + device + ")"))
                    .retain();
            try {
                return new CudaOutputs(context);
            } catch (RuntimeException e) {
                context.close();
                throw e;
            }
        } catch (CudaException e) {
            throw new BackendException(e.getMessage(), e);
        }
    }

    @Override
    public FrameKind kind() {
        return FrameKind.CUDA_MEMORY;
    }

    @Override
    public Output of(Stage stage) {
        if (cursor == null) {
            try {
                context.makeCurrent();
                if (kernels == null) {
                    kernels = new FrameKernels();
                }
                cursor = new CudaCursor(kernels, lumen.cuda.MemoryBudget.unlimited());
            } catch (CudaException e) {
                throw new BackendException(e.getMessage(), e);
            }
        }
        return new CudaOutput(this, stage);
    }

    CudaContext context() {
        return context;
    }

    CudaStream stream() {
        return stream;
    }

    /** Filled anew for each copy. */
    Copy2d copy() {
        return copy;
    }

    CudaCursor cursor() {
        return cursor;
    }

    /** From now on each copy is between these, both timed. */
    void time(CudaEvent begin, CudaEvent end) {
        before = begin;
        after = end;
    }

    void beginTimed() {
        if (before != null) {
            stream.record(before);
        }
    }

    void endTimed() {
        if (after != null) {
            stream.record(after);
        }
    }

    /** Waits for the copies queued. */
    void settle() {
        stream.await(LIMIT_NANOS);
    }

    @Override
    public void close() {
        context.makeCurrent();
        try {
            if (cursor != null) {
                cursor.close();
            }
            if (kernels != null) {
                kernels.close();
            }
            copy.close();
            stream.close();
        } finally {
            context.close();
        }
    }
}
