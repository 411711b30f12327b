package lumen.host.media;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.Damage;
import lumen.spi.PixelFormat;

/** One pixel in memory; counts who holds it. */
final class TestFrame implements CapturedFrame, BufferSlot.Memory {
    final MemorySegment pixels = Arena.ofAuto().allocate(4);
    final Damage damage = new Damage();
    volatile long stamp;
    volatile int held;

    @Override
    public BufferSlot slot() {
        return this;
    }

    @Override
    public Damage damage() {
        return damage;
    }

    @Override
    public ColorInfo color() {
        return ColorInfo.DESKTOP;
    }

    @Override
    public long timestampNanos() {
        return stamp;
    }

    @Override
    public void release() {
        held--;
    }

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
    public MemorySegment pixels() {
        return pixels;
    }

    @Override
    public int stride() {
        return 4;
    }
}
