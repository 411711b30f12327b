package lumen.plugin.ffmpeg;

import java.util.UUID;
import lumen.spi.ColorInfo;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/** A frame that claims whatever the test wants. */
record ForgedCudaFrame(UUID device, long pointer, int pitch, int width, int height) implements ImportedFrame.CudaMemory {
    @Override
    public long ready() {
        return 0;
    }

    @Override
    public PixelFormat format() {
        return PixelFormat.XRGB8888;
    }

    @Override
    public ColorInfo color() {
        return ColorInfo.DESKTOP;
    }

    @Override
    public void release() {
        // Nothing is held.
    }
}
