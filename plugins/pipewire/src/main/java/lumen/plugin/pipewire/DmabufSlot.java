package lumen.plugin.pipewire;

import lumen.posix.Fd;
import lumen.spi.BufferSlot;
import lumen.spi.PixelFormat;

/** A buffer's dmabuf, with a picture at one place in it. The descriptors are the buffer's. */
record DmabufSlot(NegotiatedFormat negotiated, Fd[] fds, int[] offsets, int[] strides, int chunkSize, long modifier)
        implements BufferSlot.Dmabuf {
    @Override
    public PixelFormat format() {
        return negotiated.format().pixels();
    }

    @Override
    public int width() {
        return negotiated.width();
    }

    @Override
    public int height() {
        return negotiated.height();
    }

    @Override
    public int planes() {
        return fds.length;
    }

    @Override
    public int fd(int plane) {
        return fds[plane].value();
    }

    @Override
    public int offset(int plane) {
        return offsets[plane];
    }

    @Override
    public int stride(int plane) {
        return strides[plane];
    }

    /** Importers know slots by identity. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
