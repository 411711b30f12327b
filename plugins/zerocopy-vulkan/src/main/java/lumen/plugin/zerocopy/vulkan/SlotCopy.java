package lumen.plugin.zerocopy.vulkan;

import java.util.Optional;
import java.util.function.Supplier;
import lumen.plugin.zerocopy.vulkan.Options.Copier;
import lumen.posix.Fd;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.vulkan.CopyCommands;
import lumen.vulkan.CopyCommands.Worker;
import lumen.vulkan.DetileBinding;
import lumen.vulkan.DetileProgram;
import lumen.vulkan.HandleType;
import lumen.vulkan.ModifierSupport;
import lumen.vulkan.SharedMemory;
import lumen.vulkan.VulkanBuffer;
import lumen.vulkan.VulkanDevice;
import lumen.vulkan.VulkanDevice.QueueKind;
import lumen.vulkan.VulkanImage;

/** A slot's memory, imported, and its copy to each of a stage's buffers, recorded. */
final class SlotCopy implements AutoCloseable {
    /**
     * NVIDIA, H200, driver 580, until CUDA has the pixels: the unit that only copies takes 0.10, 0.15, 0.49, 1.06 ms for rows
     * of 1280x720, 1920x1080, 3840x2160, 5120x2880 where the general queue takes 0.40, 0.40, 0.49, 0.61. Nor does it wait for a
     * game's work.
     */
    private static final long ROWS_BY_THE_COPY_UNIT = 24 << 20;
    /** For tiles that unit takes 0.10, 0.16, 0.50, 1.05 ms, the shader 0.37, 0.38, 0.45, 0.52. */
    private static final long TILES_BY_THE_SHADER = 24 << 20;

    private final Geometry geometry;
    private final Fd fd;
    private final VulkanBuffer buffer;
    private final VulkanImage image;
    private final VulkanDevice device;
    private final boolean timed;
    /** {@code null} if it is copied. */
    private final DetileProgram shader;
    private final QueueKind queue;
    private CopyCommands[] copies = {};
    private DetileBinding[] bindings = {};
    private Stage recorded;

    /**
     * @param shaders gives the device's shader, if it has any
     * @throws BackendException or lumen.vulkan.VulkanException if it can't be imported; nothing stays open
     */
    SlotCopy(VulkanDevice device, Capabilities capabilities, Options options, BufferSlot.Dmabuf slot, Geometry geometry,
            Supplier<Optional<DetileProgram>> shaders) {
        this.device = device;
        this.geometry = geometry;
        this.timed = options.timed();
        boolean asBuffer = geometry.linear() && capabilities.linearAsBuffer();
        Copier copier = options.copier() == Copier.MEASURED ? measured(asBuffer) : options.copier();
        boolean readable = false;
        if (!asBuffer) {
            ModifierSupport support = capabilities.asImage(slot);
            if (support.planes() != slot.planes()) {
                throw new BackendException(String.format("dmabuf of %d planes: modifier 0x%016x has %d", slot.planes(), slot.modifier(),
                        support.planes()));
            }
            readable = support.sampled() && geometry.bytes() <= DetileBinding.MOST_BYTES;
        }
        shader = copier == Copier.SHADER && readable ? shaders.get().orElse(null) : null;
        queue = copier == Copier.TRANSFER ? QueueKind.TRANSFER : QueueKind.GENERAL;
        SharedMemory memory = geometry.memory(slot, options.handle());
        fd = memory.type() == HandleType.DMA_BUF ? Fd.duplicateOf(memory.fd()) : null;
        try {
            buffer = asBuffer
                    ? VulkanBuffer.importFrom(device, geometry.toString(), geometry.offset() + geometry.span(), memory) : null;
            image = asBuffer ? null : VulkanImage.importFrom(device, geometry.toString(), slot.format().fourcc(), slot.width(),
                    slot.height(), slot.modifier(), geometry.planes(), memory, shader != null);
        } catch (RuntimeException e) {
            if (fd != null) {
                fd.close();
            }
            throw e;
        }
    }

    private Copier measured(boolean asBuffer) {
        if (!device.gpu().nvidia()) {
            return Copier.GENERAL;
        }
        if (asBuffer) {
            return geometry.span() <= ROWS_BY_THE_COPY_UNIT ? Copier.TRANSFER : Copier.GENERAL;
        }
        return geometry.bytes() < TILES_BY_THE_SHADER ? Copier.TRANSFER : Copier.SHADER;
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
        bindings = new DetileBinding[shader == null ? 0 : stage.targets()];
        for (int i = 0; i < copies.length; i++) {
            CopyCommands copy = new CopyCommands(device, queue, timed);
            copies[i] = copy;
            VulkanBuffer target = stage.target(i);
            copy.begin(shader == null ? Worker.COPY : Worker.SHADER);
            if (image != null) {
                copy.acquire(image);
                if (shader == null) {
                    copy.copy(image, target);
                } else {
                    bindings[i] = new DetileBinding(shader, image, target);
                    copy.detile(bindings[i]);
                }
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
        for (DetileBinding binding : bindings) {
            if (binding != null) {
                binding.close();
            }
        }
        copies = new CopyCommands[0];
        bindings = new DetileBinding[0];
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
