package lumen.plugin.zerocopy.vulkan;

import java.util.ArrayList;
import java.util.List;
import lumen.posix.Fd;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;
import lumen.vulkan.HandleType;
import lumen.vulkan.PlaneLayout;
import lumen.vulkan.SharedMemory;

/**
 * What a slot says of itself, checked before any driver sees it. A slot whose description changes is another one.
 *
 * @param planes LINEAR: one
 * @param fd     of the first plane, the slot's
 */
record Geometry(PixelFormat format, int width, int height, long modifier, List<PlaneLayout> planes, int fd) {
    private static final int MOST_PLANES = 4;
    /** Far above any display, far below where sizes overflow. */
    private static final int MOST_PIXELS = 1 << 15;

    /** Its own description of its memory, for slots that no kernel object describes. */
    interface OpaqueSlot extends BufferSlot.Dmabuf {
        SharedMemory memory();
    }

    /** @throws BackendException naming what can't be */
    static Geometry of(BufferSlot.Dmabuf slot) {
        if (slot.width() < 1 || slot.height() < 1 || slot.width() > MOST_PIXELS || slot.height() > MOST_PIXELS) {
            throw new BackendException("a dmabuf of " + slot.width() + "x" + slot.height() + " pixels");
        }
        if (slot.planes() < 1 || slot.planes() > MOST_PLANES || slot.modifier() == ImportOffer.LINEAR && slot.planes() != 1) {
            throw new BackendException(String.format("dmabuf of %d planes: %s with modifier 0x%016x has not so many", slot.planes(),
                    slot.format(), slot.modifier()));
        }
        List<PlaneLayout> planes = new ArrayList<>();
        for (int i = 0; i < slot.planes(); i++) {
            // Planes after the first may be without rows, such as a clear colour.
            if (slot.offset(i) < 0 || slot.stride(i) < (i == 0 ? 1 : 0)) {
                throw new BackendException("dmabuf with offset " + slot.offset(i) + " and stride " + slot.stride(i) + " of plane " + i);
            }
            planes.add(new PlaneLayout(slot.offset(i), slot.stride(i)));
        }
        Geometry geometry = new Geometry(slot.format(), slot.width(), slot.height(), slot.modifier(), List.copyOf(planes), slot.fd(0));
        if (geometry.linear()) {
            if (slot.stride(0) < geometry.rowBytes()) {
                throw new BackendException(slot.width() + "x" + slot.height() + " " + slot.format() + " can't have rows of "
                        + slot.stride(0) + " bytes");
            }
            // 0: the producer left it unset, and the span is what the rows need.
            if (slot.chunkSize() != 0 && slot.chunkSize() < geometry.span()) {
                throw new BackendException("dmabuf with " + slot.chunkSize() + " bytes of pixels, its rows need " + geometry.span());
            }
        }
        return geometry;
    }

    /** True if a slot is still what it was; allocates nothing. */
    boolean describes(BufferSlot.Dmabuf slot) {
        if (slot.format() != format || slot.width() != width || slot.height() != height || slot.modifier() != modifier
                || slot.planes() != planes.size() || slot.fd(0) != fd) {
            return false;
        }
        for (int i = 0; i < planes.size(); i++) {
            if (slot.offset(i) != planes.get(i).offset() || slot.stride(i) != planes.get(i).stride()) {
                return false;
            }
        }
        return true;
    }

    boolean linear() {
        return modifier == ImportOffer.LINEAR;
    }

    long rowBytes() {
        return (long) width * format.bytesPerPixel();
    }

    int offset() {
        return (int) planes.getFirst().offset();
    }

    int stride() {
        return (int) planes.getFirst().stride();
    }

    /** Bytes of all pixels, without padding. */
    long bytes() {
        return rowBytes() * height;
    }

    /** Bytes from the first pixel of LINEAR rows to the last: the padding of the last row need not exist. */
    long span() {
        return planes.getFirst().stride() * (height - 1L) + rowBytes();
    }

    /**
     * The slot's memory, looked at and large enough.
     *
     * @throws BackendException if there is no such memory
     */
    SharedMemory memory(BufferSlot.Dmabuf slot, HandleType type) {
        SharedMemory memory = type == HandleType.OPAQUE_FD && slot instanceof OpaqueSlot opaque ? opaque.memory() : dmabuf(slot);
        if (memory.type() != type) {
            throw new BackendException("a slot of " + memory.type() + ", not " + type);
        }
        for (PlaneLayout plane : planes) {
            if (plane.offset() >= memory.size()) {
                throw new BackendException("dmabuf of " + memory.size() + " bytes with a plane at " + plane.offset());
            }
        }
        if (linear() && offset() + span() > memory.size()) {
            throw new BackendException("dmabuf of " + memory.size() + " bytes: " + height + " rows of " + stride() + " bytes from "
                    + offset() + " on end at " + (offset() + span()));
        }
        return memory;
    }

    private static SharedMemory dmabuf(BufferSlot.Dmabuf slot) {
        int fd = slot.fd(0);
        try {
            if (!Fd.isDmabuf(fd)) {
                throw new BackendException("file descriptor " + fd + " is no dmabuf's");
            }
            for (int i = 1; i < slot.planes(); i++) {
                if (!Fd.sameFile(fd, slot.fd(i))) {
                    throw new BackendException("planes in different dmabufs, which are not supported");
                }
            }
            return new SharedMemory(HandleType.DMA_BUF, fd, Fd.sizeOf(fd), SharedMemory.ANY_TYPE);
        } catch (PosixException e) {
            throw new BackendException("dmabuf that can't be looked at: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return String.format("%dx%d %s modifier 0x%016x %s", width, height, format, modifier, planes);
    }
}
