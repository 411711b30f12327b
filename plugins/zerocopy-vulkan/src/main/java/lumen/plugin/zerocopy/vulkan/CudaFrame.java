package lumen.plugin.zerocopy.vulkan;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import lumen.cuda.CudaEvent;
import lumen.cuda.CudaFramePool;
import lumen.cuda.DeviceBuffer;
import lumen.spi.ColorInfo;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/** A picture in a pooled CUDA buffer. */
final class CudaFrame implements ImportedFrame.CudaMemory, AutoCloseable {
    private final UUID device;
    private final CudaFramePool pool;
    private final int width;
    private final int height;
    private final CudaEvent ready;
    private final AtomicBoolean held = new AtomicBoolean();
    private DeviceBuffer buffer;
    private PixelFormat format = PixelFormat.XRGB8888;
    private ColorInfo color = ColorInfo.DESKTOP;

    CudaFrame(UUID device, CudaFramePool pool, int width, int height, boolean timed) {
        this.device = device;
        this.pool = pool;
        this.width = width;
        this.height = height;
        this.ready = timed ? CudaEvent.timed() : CudaEvent.create();
    }

    /** True if nobody held it: it has a buffer now. */
    boolean take() {
        if (held.get()) {
            return false;
        }
        buffer = pool.take();
        held.set(true);
        return true;
    }

    void show(PixelFormat newFormat, ColorInfo newColor) {
        format = newFormat;
        color = newColor;
    }

    /** Recorded once the picture is complete. */
    CudaEvent readyEvent() {
        return ready;
    }

    @Override
    public UUID device() {
        return device;
    }

    @Override
    public long pointer() {
        return buffer.pointer();
    }

    @Override
    public int pitch() {
        return (int) buffer.pitch();
    }

    @Override
    public long ready() {
        return ready.handle();
    }

    @Override
    public PixelFormat format() {
        return format;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public ColorInfo color() {
        return color;
    }

    @Override
    public boolean detached() {
        return true;
    }

    @Override
    public void release() {
        if (held.compareAndSet(true, false)) {
            pool.give(buffer);
        }
    }

    @Override
    public void close() {
        ready.close();
    }
}
