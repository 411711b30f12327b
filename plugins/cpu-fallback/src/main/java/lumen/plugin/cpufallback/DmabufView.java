package lumen.plugin.cpufallback;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import lumen.posix.DmabufSync;
import lumen.posix.Errno;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;

/**
 * A LINEAR dmabuf, mapped once. It holds its own descriptor, so a slot that the capturer drops while it is
 * read stays readable. Geometry is copied: the slot's descriptors may be closed any time after.
 */
final class DmabufView extends SlotView {
    private final PixelFormat format;
    private final int width;
    private final int height;
    private final int stride;
    private final Fd fd;
    private final Mapping mapping;
    private final MemorySegment pixels;
    private final AtomicLong unsynchronised;

    /** @throws BackendException naming what is wrong with the buffer; nothing is left open */
    DmabufView(BufferSlot.Dmabuf slot, AtomicLong unsynchronised) {
        if (slot.modifier() != ImportOffer.LINEAR) {
            throw new BackendException(String.format("dmabuf with modifier 0x%016x: the CPU reads LINEAR only", slot.modifier()));
        }
        if (slot.planes() != 1) {
            throw new BackendException("dmabuf of " + slot.planes() + " planes: " + slot.format() + " has one");
        }
        this.format = slot.format();
        this.width = slot.width();
        this.height = slot.height();
        this.stride = slot.stride(0);
        this.unsynchronised = unsynchronised;
        long span = PixelSpan.bytes(format, width, height, stride);
        // 0: the producer left it unset, and the span is what the rows need.
        if (slot.chunkSize() != 0 && slot.chunkSize() < span) {
            throw new BackendException("dmabuf with " + slot.chunkSize() + " bytes of pixels, its rows need " + span);
        }
        int offset = slot.offset(0);
        if (offset < 0) {
            throw new BackendException("dmabuf with offset " + offset);
        }
        Fd copy = null;
        try {
            copy = Fd.duplicateOf(slot.fd(0));
            mapping = Mapping.of(copy.value(), offset + span, false);
        } catch (PosixException e) {
            if (copy != null) {
                copy.close();
            }
            throw new BackendException("dmabuf can't be mapped: " + e.getMessage(), e);
        }
        fd = copy;
        pixels = mapping.segment().asSlice(offset, span);
    }

    @Override
    void prepare() {
        int error = DmabufSync.beginRead(fd.value());
        if (error == Errno.ENOTTY) {
            unsynchronised.incrementAndGet();
        } else if (error != 0) {
            throw new BackendException("DMA_BUF_IOCTL_SYNC failed (errno " + error + ")");
        }
    }

    @Override
    void end() {
        // An error here has nobody to act on it: the pixels have been read.
        DmabufSync.endRead(fd.value());
    }

    @Override
    void free() {
        mapping.close();
        fd.close();
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
}
