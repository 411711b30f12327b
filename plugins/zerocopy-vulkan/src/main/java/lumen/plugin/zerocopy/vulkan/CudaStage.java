package lumen.plugin.zerocopy.vulkan;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import lumen.cuda.Copy2d;
import lumen.cuda.CudaCursor;
import lumen.cuda.CudaEvent;
import lumen.cuda.CudaException;
import lumen.cuda.CudaFramePool;
import lumen.cuda.CudaStream;
import lumen.cuda.ExternalMemory;
import lumen.cuda.MemoryBudget;
import lumen.posix.Fd;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import lumen.vulkan.CopyCommands;
import lumen.vulkan.HandleType;
import lumen.vulkan.VulkanBuffer;
import lumen.vulkan.VulkanDevice;

/**
 * One buffer that Vulkan writes and CUDA reads, and the pool of CUDA buffers that pictures leave it for. The context is
 * current while its methods run.
 */
final class CudaStage implements Stage {
    private static final Logger LOG = System.getLogger("lumen.zerocopy.vulkan");
    /** Two that are held, and one to copy to. */
    private static final int FRAMES = 3;

    private final ImportSteps steps;
    private final int width;
    private final int height;
    private final int stride;
    private final long limitNanos;
    private final boolean timed;
    private final Leftovers parts = new Leftovers();
    private final VulkanBuffer buffer;
    private final ExternalMemory mapped;
    private final CudaStream stream;
    private final CudaEvent begun;
    /** The pool's copy of the picture in the buffer is done. */
    private final CudaEvent copied;
    private final Copy2d copy;
    private final CudaFrame[] frames = new CudaFrame[FRAMES];
    private final CudaCursor pointer;
    /** The frame of the last picture; {@code null} while there is none. */
    private CudaFrame last;
    private PixelFormat format = PixelFormat.XRGB8888;
    private ColorInfo color = ColorInfo.DESKTOP;

    /** @param cuda outlives this */
    CudaStage(VulkanDevice device, CudaSide cuda, int width, int height, int stride, ImportSteps steps,
            Options options, Counts counts) {
        this.steps = steps;
        this.pointer = cuda.pointer();
        this.stream = cuda.stream();
        this.width = width;
        this.height = height;
        this.stride = stride;
        this.limitNanos = options.copyMillis() * 1_000_000L;
        this.timed = options.timed();
        long size = (long) stride * height;
        long row = (long) width * PixelFormat.XRGB8888.bytesPerPixel();
        try {
            buffer = parts.add(VulkanBuffer.exportable(device, "the staging buffer", size, HandleType.OPAQUE_FD));
            try (Fd memory = buffer.export()) {
                mapped = parts.add(ExternalMemory.importOpaque(memory, buffer.allocationSize(), buffer.dedicated()));
            }
            counts.registered();
            begun = parts.add(timed ? CudaEvent.timed() : CudaEvent.create());
            copied = parts.add(timed ? CudaEvent.timed() : CudaEvent.create());
            copy = parts.add(new Copy2d().size(row, height).fromDevice(mapped.pointer(), stride));
            MemoryBudget budget = options.cudaMemory();
            CudaFramePool pool = parts.add(new CudaFramePool(row, height, FRAMES, budget));
            for (int i = 0; i < FRAMES; i++) {
                frames[i] = parts.add(new CudaFrame(cuda.context().device().uuid(), pool, width, height, timed));
            }
            // All now: a frame allocates nothing.
            for (CudaFrame frame : frames) {
                frame.take();
            }
            for (CudaFrame frame : frames) {
                frame.release();
            }
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
        LOG.log(options.log(), "Vulkan→CUDA exportable staging buffer ready size=" + size);
    }

    @Override
    public int targets() {
        return 1;
    }

    @Override
    public VulkanBuffer target(int index) {
        return buffer;
    }

    @Override
    public int stride() {
        return stride;
    }

    @Override
    public void recordEnd(CopyCommands commands, int index) {
        commands.release(buffer);
    }

    /** The copy before has left the buffer, mostly long ago. */
    @Override
    public int take() {
        last = null;
        copied.await(limitNanos);
        return 0;
    }

    @Override
    public ImportedFrame finish(PixelFormat newFormat, ColorInfo newColor, CursorState cursor) {
        format = newFormat;
        color = newColor;
        return transfer(cursor);
    }

    private ImportedFrame transfer(CursorState cursor) {
        last = null;
        steps.begin(Step.TRANSFER);
        last = free();
        last.show(format, color);
        if (timed) {
            stream.record(begun);
        }
        stream.copy(copy.toDevice(last.pointer(), last.pitch()));
        stream.record(copied);
        if (cursor.visible()) {
            steps.begin(Step.CURSOR);
            pointer.draw(stream, last.pointer(), last.pitch(), width, height, format.bitDepth(), format.redFirst(), cursor.x(), cursor.y(),
                    cursor.width(), cursor.height(), cursor.pixels(), cursor.serial());
        }
        stream.record(last.readyEvent());
        return last;
    }

    private CudaFrame free() {
        for (CudaFrame frame : frames) {
            if (frame.take()) {
                return frame;
            }
        }
        throw new IllegalStateException("all " + FRAMES + " CUDA buffers are held");
    }

    /** The buffer still has the picture, without the pointer. */
    @Override
    public ImportedFrame again(CursorState cursor) {
        return transfer(cursor);
    }

    @Override
    public void abandon() {
        if (last != null) {
            last.release();
        }
    }

    @Override
    public boolean held() {
        for (CudaFrame frame : frames) {
            if (frame.held()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long gpuNanos() {
        if (!timed || last == null) {
            return -1;
        }
        last.readyEvent().await(limitNanos);
        return last.readyEvent().nanosSince(begun);
    }

    @Override
    public void close() {
        try {
            stream.await(limitNanos);
        } catch (CudaException e) {
            LOG.log(Level.DEBUG, "CUDA''s copies don''t end: {0}", e.getMessage());
        }
        parts.close();
    }

    @Override
    public String toString() {
        return width + "x" + height + " for CUDA";
    }
}
