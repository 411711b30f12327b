package lumen.plugin.cpufallback;

import java.lang.foreign.MemorySegment;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.PixelFormat;

/** Memory the capturer owns, handed through as it is. */
final class MemoryView extends SlotView {
    private final BufferSlot.Memory slot;

    MemoryView(BufferSlot.Memory slot) {
        this.slot = slot;
    }

    @Override
    void prepare() {
        long needed = PixelSpan.bytes(slot.format(), slot.width(), slot.height(), slot.stride());
        if (slot.pixels().byteSize() < needed) {
            throw new BackendException("memory frame of " + slot.pixels().byteSize() + " bytes, its rows need " + needed);
        }
    }

    @Override
    void end() {
        // Nothing was begun.
    }

    @Override
    void free() {
        // The memory is the capturer's.
    }

    @Override
    public MemorySegment pixels() {
        return slot.pixels();
    }

    @Override
    public int stride() {
        return slot.stride();
    }

    @Override
    public PixelFormat format() {
        return slot.format();
    }

    @Override
    public int width() {
        return slot.width();
    }

    @Override
    public int height() {
        return slot.height();
    }
}
