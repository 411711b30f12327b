package lumen.plugin.zerocopy.vulkan;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;

/** A picture in a staging buffer, with the pointer drawn over it. */
final class HostFrame implements ImportedFrame.SystemMemory {
    private final MemorySegment pixels;
    private final int width;
    private final int height;
    private final int stride;
    private final CursorPatch patch;
    private final AtomicBoolean held = new AtomicBoolean();
    private PixelFormat format = PixelFormat.XRGB8888;
    private ColorInfo color = ColorInfo.DESKTOP;

    HostFrame(MemorySegment pixels, int width, int height, int stride, CursorPatch patch) {
        this.pixels = pixels;
        this.width = width;
        this.height = height;
        this.stride = stride;
        this.patch = patch;
    }

    /** True if nobody held it. */
    boolean take() {
        return held.compareAndSet(false, true);
    }

    /** A new picture has been copied in. */
    void show(PixelFormat newFormat, ColorInfo newColor) {
        format = newFormat;
        color = newColor;
        patch.discard();
    }

    void draw(CursorState cursor) {
        patch.draw(this, cursor);
    }

    /** Takes the pointer away again. */
    void clean() {
        patch.restore(this);
    }

    @Override
    public MemorySegment pixels() {
        return pixels;
    }

    @Override
    public int stride() {
        return stride;
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
        held.set(false);
    }
}
