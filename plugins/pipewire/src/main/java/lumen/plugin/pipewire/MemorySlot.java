package lumen.plugin.pipewire;

import java.lang.foreign.MemorySegment;
import lumen.spi.BufferSlot;
import lumen.spi.PixelFormat;

/** A buffer's memory, with a picture at one place in it. */
record MemorySlot(NegotiatedFormat negotiated, MemorySegment pixels, int stride) implements BufferSlot.Memory {
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
