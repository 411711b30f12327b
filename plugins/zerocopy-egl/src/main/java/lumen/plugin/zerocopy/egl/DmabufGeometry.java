package lumen.plugin.zerocopy.egl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import lumen.posix.Fd;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.ImportOffer;

/** Looks a buffer over before a driver sees it: drivers believe what they are told. */
final class DmabufGeometry {
    private static final int MOST_PLANES = 4;
    private static final String DMABUF_LINK = "/dmabuf:";

    private DmabufGeometry() {
    }

    /** For messages. */
    static String describe(BufferSlot.Dmabuf slot) {
        return String.format("dmabuf of %dx%d %s with modifier 0x%016x", slot.width(), slot.height(), slot.format(),
                slot.modifier());
    }

    /**
     * Everything that doesn't need the descriptors.
     *
     * @throws BackendException naming what is wrong
     */
    static void check(BufferSlot.Dmabuf slot, int maxSize) {
        if (slot.width() < 1 || slot.height() < 1 || slot.width() > maxSize || slot.height() > maxSize) {
            throw new BackendException(describe(slot) + ": the GPU takes 1 to " + maxSize + " pixels");
        }
        boolean linear = slot.modifier() == ImportOffer.LINEAR;
        if (slot.planes() < 1 || slot.planes() > MOST_PLANES || linear && slot.planes() != 1) {
            throw new BackendException(describe(slot) + " has " + slot.planes() + " planes");
        }
        for (int plane = 0; plane < slot.planes(); plane++) {
            if (slot.offset(plane) < 0 || slot.stride(plane) < 0) {
                throw new BackendException(describe(slot) + ": plane " + plane + " has offset " + slot.offset(plane)
                        + " and stride " + slot.stride(plane));
            }
        }
        if (slot.stride(0) < rowBytes(slot)) {
            throw new BackendException(describe(slot) + " can't have rows of " + slot.stride(0) + " bytes");
        }
    }

    /**
     * That a plane's descriptor is a dmabuf, and large enough. A tiled plane 0 has at least the rows that a LINEAR one
     * has; of others only the driver knows the height.
     *
     * @throws BackendException naming what is wrong
     */
    static void checkPlane(BufferSlot.Dmabuf slot, int plane, Fd fd) {
        long size;
        try {
            size = Fd.sizeOf(fd.value());
        } catch (PosixException e) {
            throw new BackendException(describe(slot) + ": plane " + plane + ": " + e.getMessage(), e);
        }
        if (!isDmabuf(fd)) {
            throw new BackendException(describe(slot) + ": plane " + plane + " is no dmabuf");
        }
        long last = plane == 0 ? (long) slot.stride(0) * (slot.height() - 1) + rowBytes(slot) : 1;
        if (slot.offset(plane) + last > size) {
            throw new BackendException(describe(slot) + ": plane " + plane + " ends at byte " + (slot.offset(plane) + last)
                    + " of a buffer of " + size);
        }
    }

    /** True for what the kernel's dma-buf code made. */
    private static boolean isDmabuf(Fd fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(fd.value()))).toString()
                    .startsWith(DMABUF_LINK);
        } catch (IOException e) {
            return false;
        }
    }

    private static long rowBytes(BufferSlot slot) {
        return (long) slot.width() * slot.format().bytesPerPixel();
    }
}
