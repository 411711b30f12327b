package lumen.plugin.zerocopy.vulkan;

import lumen.cuda.CudaStream;
import lumen.cuda.MemoryBudget;
import lumen.spi.BackendException;
import lumen.spi.CursorState;

/** Draws the pointer into pooled CUDA buffers. */
final class CudaCursor implements AutoCloseable {
    CudaCursor(CudaStream stream, MemoryBudget budget) {
    }

    void draw(CursorState cursor, CudaFrame frame) {
        throw new BackendException("TODO");
    }

    @Override
    public void close() {
    }
}
