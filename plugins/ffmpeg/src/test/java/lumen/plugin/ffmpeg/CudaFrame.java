package lumen.plugin.ffmpeg;

import java.util.UUID;
import lumen.cuda.Copy2d;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaStream;
import lumen.cuda.DeviceBuffer;
import lumen.cuda.MemoryBudget;
import lumen.spi.ColorInfo;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/** A test frame uploaded to a CUDA device. The context is current. */
final class CudaFrame implements ImportedFrame.CudaMemory, AutoCloseable {
    private final CudaDevice device;
    private final TestFrame frame;
    private final DeviceBuffer buffer;

    CudaFrame(CudaDevice device, TestFrame frame) {
        this.device = device;
        this.frame = frame;
        buffer = DeviceBuffer.pitched(4L * frame.width(), frame.height(), MemoryBudget.unlimited());
        upload();
    }

    void upload() {
        try (CudaStream stream = new CudaStream(); Copy2d copy = new Copy2d()) {
            stream.copy(copy.size(4L * frame.width(), frame.height()).fromHost(frame.pixels().address(), frame.stride())
                    .toDevice(buffer.pointer(), buffer.pitch()));
            stream.await(1_000_000_000L);
        }
    }

    @Override
    public UUID device() {
        return device.uuid();
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
        return 0;
    }

    @Override
    public PixelFormat format() {
        return frame.format();
    }

    @Override
    public int width() {
        return frame.width();
    }

    @Override
    public int height() {
        return frame.height();
    }

    @Override
    public ColorInfo color() {
        return frame.color();
    }

    @Override
    public void release() {
        // Closed by the test.
    }

    @Override
    public void close() {
        buffer.close();
    }
}
