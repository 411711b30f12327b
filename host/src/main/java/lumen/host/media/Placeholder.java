package lumen.host.media;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/**
 * A dark grey picture, for a client that would else see nothing while the compositor has not painted yet: clients
 * give up on a stream without frames.
 */
final class Placeholder implements ImportedFrame.SystemMemory {
    private static final byte GREY = 0x20;

    private final DisplayMode mode;
    private final MemorySegment pixels;

    /** The memory lives as long as the arena. */
    Placeholder(DisplayMode mode, Arena arena) {
        this.mode = mode;
        pixels = arena.allocate((long) mode.width() * mode.height() * PixelFormat.XRGB8888.bytesPerPixel()).fill(GREY);
    }

    @Override
    public PixelFormat format() {
        return PixelFormat.XRGB8888;
    }

    @Override
    public int width() {
        return mode.width();
    }

    @Override
    public int height() {
        return mode.height();
    }

    @Override
    public ColorInfo color() {
        return ColorInfo.DESKTOP;
    }

    @Override
    public MemorySegment pixels() {
        return pixels;
    }

    @Override
    public int stride() {
        return mode.width() * PixelFormat.XRGB8888.bytesPerPixel();
    }

    @Override
    public void release() {
        // Constant.
    }
}
