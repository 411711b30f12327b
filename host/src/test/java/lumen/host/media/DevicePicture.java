package lumen.host.media;

import java.util.UUID;
import lumen.spi.ColorInfo;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/** A picture that only a GPU could read, which has no need of its buffer. */
final class DevicePicture implements ImportedFrame.CudaMemory {
    @Override
    public PixelFormat format() {
        return PixelFormat.XRGB8888;
    }

    @Override
    public int width() {
        return 1;
    }

    @Override
    public int height() {
        return 1;
    }

    @Override
    public ColorInfo color() {
        return ColorInfo.DESKTOP;
    }

    @Override
    public boolean detached() {
        return true;
    }

    @Override
    public void release() {
        // Nothing is held.
    }

    @Override
    public UUID device() {
        return new UUID(1, 2);
    }

    @Override
    public long pointer() {
        return 0x1000;
    }

    @Override
    public int pitch() {
        return 512;
    }

    @Override
    public long ready() {
        return 0;
    }
}
