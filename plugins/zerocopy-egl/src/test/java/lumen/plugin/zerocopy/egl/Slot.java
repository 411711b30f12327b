package lumen.plugin.zerocopy.egl;

import lumen.spi.BufferSlot;
import lumen.spi.PixelFormat;

/** A slot that says whatever a test wants it to. */
record Slot(PixelFormat format, int width, int height, long modifier, int planes, int descriptor, int at, int pitch)
        implements BufferSlot.Dmabuf {

    static Slot of(BufferSlot.Dmabuf b) {
        return new Slot(b.format(), b.width(), b.height(), b.modifier(), b.planes(), b.fd(0), b.offset(0), b.stride(0));
    }

    Slot modifier(long value) {
        return new Slot(format, width, height, value, planes, descriptor, at, pitch);
    }

    Slot planes(int value) {
        return new Slot(format, width, height, modifier, value, descriptor, at, pitch);
    }

    Slot descriptor(int value) {
        return new Slot(format, width, height, modifier, planes, value, at, pitch);
    }

    Slot at(int value) {
        return new Slot(format, width, height, modifier, planes, descriptor, value, pitch);
    }

    Slot pitch(int value) {
        return new Slot(format, width, height, modifier, planes, descriptor, at, value);
    }

    Slot size(int w, int h) {
        return new Slot(format, w, h, modifier, planes, descriptor, at, pitch);
    }

    @Override
    public int fd(int plane) {
        return descriptor;
    }

    @Override
    public int offset(int plane) {
        return at;
    }

    @Override
    public int stride(int plane) {
        return pitch;
    }

    @Override
    public int chunkSize() {
        return 0;
    }
}
