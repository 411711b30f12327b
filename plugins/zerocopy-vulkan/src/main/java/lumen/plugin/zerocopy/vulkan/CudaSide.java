package lumen.plugin.zerocopy.vulkan;

import lumen.cuda.CudaContext;
import lumen.cuda.CudaCursor;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaStream;
import lumen.cuda.FrameKernels;
import lumen.cuda.MemoryBudget;

/** What an importer has of CUDA, whatever the pictures' size. */
final class CudaSide implements AutoCloseable {
    private final Leftovers parts = new Leftovers();
    private final CudaContext context;
    private final CudaStream stream;
    private final CudaCursor pointer;

    /** Its context is current afterwards. */
    CudaSide(CudaDevice device, MemoryBudget budget) {
        try {
            context = parts.add(device.retain());
            context.makeCurrent();
            stream = parts.add(new CudaStream());
            pointer = parts.add(new CudaCursor(parts.add(new FrameKernels()), budget));
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    CudaContext context() {
        return context;
    }

    /** All work of the importer is queued here, in order. */
    CudaStream stream() {
        return stream;
    }

    CudaCursor pointer() {
        return pointer;
    }

    @Override
    public void close() {
        parts.close();
    }
}
