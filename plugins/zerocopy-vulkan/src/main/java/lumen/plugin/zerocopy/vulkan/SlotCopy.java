package lumen.plugin.zerocopy.vulkan;

import lumen.posix.Fd;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.vulkan.CopyCommands;
import lumen.vulkan.HandleType;
import lumen.vulkan.ModifierSupport;
import lumen.vulkan.SharedMemory;
import lumen.vulkan.VulkanBuffer;
import lumen.vulkan.VulkanDevice;
import lumen.vulkan.VulkanImage;

/** A slot's memory, imported, and its copy to each of a stage's buffers, recorded. */
final class SlotCopy implements AutoCloseable {
    private final Geometry geometry;
    private final Fd fd;
    private final VulkanBuffer buffer;
    private final VulkanImage image;
    private final VulkanDevice device;
    private final boolean timed;
    private CopyCommands[] copies = {};
    private Stage recorded;

    /** @throws BackendException or lumen.vulkan.VulkanException if it can't be imported; nothing stays open */
    SlotCopy(VulkanDevice device, Capabilities capabilities, Options options, BufferSlot.Dmabuf slot, Geometry geometry) {
        this.device = device;
        this.geometry = geometry;
        this.timed = options.timed();
        boolean asBuffer = geometry.linear() && capabilities.linearAsBuffer();
        if (!asBuffer) {
            ModifierSupport support = capabilities.asImage(slot);
            if (support.planes() != slot.planes()) {
                throw new BackendException(String.format("dmabuf of %d planes: modifier 0x%016x has %d", slot.planes(), slot.modifier(),
                        support.planes()));
            }
        }
        SharedMemory memory = geometry.memory(slot, options.handle());
        fd = memory.type() == HandleType.DMA_BUF ? Fd.duplicateOf(memory.fd()) : null;
        try {
            buffer = asBuffer
                    ? VulkanBuffer.importFrom(device, geometry.toString(), geometry.offset() + geometry.span(), memory) : null;
            image = asBuffer ? null : VulkanImage.importFrom(device, geometry.toString(), slot.format().fourcc(), slot.width(),
                    slot.height(), slot.modifier(), geometry.planes(), memory);
        } catch (RuntimeException e) {
            if (fd != null) {
                fd.close();
            }
            throw e;
        }
    }

    Geometry geometry() {
        return geometry;
    }

    /** Its dmabuf, or -1 if it is none. */
    int dmabuf() {
        return fd == null ? -1 : fd.value();
    }

    /** The recorded copy to one of a stage's buffers. */
    CopyCommands to(Stage stage, int target) {
        if (recorded != stage) {
            record(stage);
        }
        return copies[target];
    }

    private void record(Stage stage) {
        closeCopies();
        copies = new CopyCommands[stage.targets()];
        for (int i = 0; i < copies.length; i++) {
            CopyCommands copy = new CopyCommands(device, timed);
            copies[i] = copy;
            VulkanBuffer target = stage.target(i);
            copy.begin();
            if (image != null) {
                copy.acquire(image);
                copy.copy(image, target);
                copy.release(image);
            } else {
                copy.acquire(buffer);
                if (stage.stride() == geometry.stride()) {
                    copy.copy(buffer, geometry.offset(), target, 0, geometry.span());
                } else {
                    copy.copyRows(buffer, geometry.offset(), geometry.stride(), target, 0, stage.stride(), geometry.rowBytes(),
                            geometry.height());
                }
                copy.release(buffer);
            }
            stage.recordEnd(copy, i);
            copy.end();
        }
        recorded = stage;
    }

    /** What a stage's rows should be: the slot's own, padding and all, unless that is mostly padding. */
    static int stageStride(Geometry geometry, boolean asBuffer) {
        boolean copyPadding = asBuffer && geometry.stride() % Integer.BYTES == 0 && geometry.stride() <= geometry.rowBytes() * 5 / 4;
        return copyPadding ? geometry.stride() : (int) geometry.rowBytes();
    }

    /** A stage ends: what was recorded for it must not be carried out any more. */
    void forget(Stage stage) {
        if (recorded == stage) {
            closeCopies();
        }
    }

    private void closeCopies() {
        for (CopyCommands copy : copies) {
            if (copy != null) {
                copy.close();
            }
        }
        copies = new CopyCommands[0];
        recorded = null;
    }

    @Override
    public void close() {
        closeCopies();
        if (buffer != null) {
            buffer.close();
        }
        if (image != null) {
            image.close();
        }
        if (fd != null) {
            fd.close();
        }
    }
}
