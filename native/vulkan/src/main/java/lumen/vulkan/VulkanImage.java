package lumen.vulkan;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import lumen.posix.Fd;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkExternalMemoryImageCreateInfo;
import org.lwjgl.vulkan.VkImageCreateInfo;
import org.lwjgl.vulkan.VkImageDrmFormatModifierExplicitCreateInfoEXT;
import org.lwjgl.vulkan.VkImageDrmFormatModifierListCreateInfoEXT;
import org.lwjgl.vulkan.VkImageSubresource;
import org.lwjgl.vulkan.VkMemoryRequirements;
import org.lwjgl.vulkan.VkSubresourceLayout;

/** A picture laid out as a DRM format modifier says, with the memory below it, shared with other drivers. */
public final class VulkanImage implements AutoCloseable {
    static final int TILING_DRM_FORMAT_MODIFIER = 1_000_158_000;
    private static final int ASPECT_MEMORY_PLANE_0 = 0x80;

    private final VulkanDevice device;
    private final long handle;
    private final DeviceMemory memory;
    private final int format;
    private final int width;
    private final int height;
    private final HandleType shared;
    private boolean closed;

    private VulkanImage(VulkanDevice device, long handle, DeviceMemory memory, int format, int width, int height, HandleType shared) {
        this.device = device;
        this.handle = handle;
        this.memory = memory;
        this.format = format;
        this.width = width;
        this.height = height;
        this.shared = shared;
    }

    /** How an image's memory is had. */
    private interface Source {
        DeviceMemory get(DeviceMemory.Requirements needs, DeviceMemory.Owner owner);
    }

    private static VulkanImage make(VulkanDevice device, String what, int fourcc, int width, int height, int usage,
            HandleType shared, int tiling, VkImageCreateInfo info, MemoryStack stack, Source source) {
        int format = Formats.of(fourcc);
        if (format == 0) {
            throw new VulkanException(what + ": no Vulkan format for fourcc 0x" + Integer.toHexString(fourcc),
                    VulkanResult.ERROR_FORMAT_NOT_SUPPORTED);
        }
        info.sType$Default().pNext(VkExternalMemoryImageCreateInfo.calloc(stack).sType$Default().handleTypes(shared.bit()))
                .imageType(VK10.VK_IMAGE_TYPE_2D).format(format).mipLevels(1).arrayLayers(1).samples(VK10.VK_SAMPLE_COUNT_1_BIT)
                .tiling(tiling).usage(usage).sharingMode(VK10.VK_SHARING_MODE_EXCLUSIVE)
                .initialLayout(VK10.VK_IMAGE_LAYOUT_UNDEFINED);
        info.extent().set(width, height, 1);
        LongBuffer pointer = stack.mallocLong(1);
        VulkanException.check("vkCreateImage for " + what, VK10.vkCreateImage(device.handle(), info, null, pointer));
        long handle = pointer.get(0);
        DeviceMemory memory = null;
        try {
            VkMemoryRequirements requirements = VkMemoryRequirements.calloc(stack);
            VK10.vkGetImageMemoryRequirements(device.handle(), handle, requirements);
            // Drivers prefer an allocation of its own for a shared image, and some demand it.
            memory = source.get(new DeviceMemory.Requirements(requirements.size(), requirements.memoryTypeBits()),
                    new DeviceMemory.Owner(0, handle));
            VulkanException.check("vkBindImageMemory for " + what,
                    VK10.vkBindImageMemory(device.handle(), handle, memory.handle(), 0));
            return new VulkanImage(device, handle, memory, format, width, height, shared);
        } catch (RuntimeException e) {
            VK10.vkDestroyImage(device.handle(), handle, null);
            if (memory != null) {
                memory.free();
            }
            throw e;
        }
    }

    /**
     * An image over memory of others, to copy from.
     *
     * @param planes  where its memory planes lie, as many as the modifier has
     * @param sampled for shaders to read as well
     * @throws VulkanException if the device can't read it; the descriptor is the caller's still
     */
    public static VulkanImage importFrom(VulkanDevice device, String what, int fourcc, int width, int height, long modifier,
            List<PlaneLayout> planes, SharedMemory shared, boolean sampled) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkSubresourceLayout.Buffer layouts = VkSubresourceLayout.calloc(planes.size(), stack);
            for (int i = 0; i < planes.size(); i++) {
                // The size has to be 0, the driver works it out.
                layouts.get(i).set(planes.get(i).offset(), 0, planes.get(i).stride(), 0, 0);
            }
            VkImageCreateInfo info = VkImageCreateInfo.calloc(stack)
                    .pNext(VkImageDrmFormatModifierExplicitCreateInfoEXT.calloc(stack).sType$Default().drmFormatModifier(modifier)
                            .pPlaneLayouts(layouts));
            int usage = VK10.VK_IMAGE_USAGE_TRANSFER_SRC_BIT | (sampled ? VK10.VK_IMAGE_USAGE_SAMPLED_BIT : 0);
            return make(device, what, fourcc, width, height, usage, shared.type(),
                    TILING_DRM_FORMAT_MODIFIER, info, stack,
                    (needs, owner) -> DeviceMemory.importFrom(device, what, shared, needs, owner));
        }
    }

    /** An image for other drivers to read, with a modifier that is {@linkplain ModifierSupport#exportable exportable}. */
    public static VulkanImage exportable(VulkanDevice device, String what, int fourcc, int width, int height, ModifierSupport modifier,
            HandleType type) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkImageCreateInfo info = VkImageCreateInfo.calloc(stack)
                    .pNext(VkImageDrmFormatModifierListCreateInfoEXT.calloc(stack).sType$Default()
                            .pDrmFormatModifiers(stack.longs(modifier.modifier())));
            // As whoever imports it uses it.
            int usage = VK10.VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK10.VK_IMAGE_USAGE_TRANSFER_DST_BIT
                    | (modifier.sampled() ? VK10.VK_IMAGE_USAGE_SAMPLED_BIT : 0);
            return make(device, what, fourcc, width, height, usage, type, TILING_DRM_FORMAT_MODIFIER,
                    info, stack,
                    (needs, owner) -> DeviceMemory.allocate(device, what, needs.size(),
                            device.memoryType(what, needs.types(), VulkanDevice.MEMORY_DEVICE_LOCAL, 0), type, owner));
        }
    }

    /** An image tiled as its driver likes, for the same driver's OpenGL to read ({@code GL_OPTIMAL_TILING_EXT}). */
    public static VulkanImage optimal(VulkanDevice device, String what, int fourcc, int width, int height) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            // OpenGL makes of it a texture with all usages; the same here, since drivers choose layouts by usage.
            int usage = VK10.VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK10.VK_IMAGE_USAGE_TRANSFER_DST_BIT
                    | VK10.VK_IMAGE_USAGE_SAMPLED_BIT | VK10.VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT;
            return make(device, what, fourcc, width, height, usage, HandleType.OPAQUE_FD, VK10.VK_IMAGE_TILING_OPTIMAL,
                    VkImageCreateInfo.calloc(stack), stack,
                    (needs, owner) -> DeviceMemory.allocate(device, what, needs.size(),
                            device.memoryType(what, needs.types(), VulkanDevice.MEMORY_DEVICE_LOCAL, 0),
                            HandleType.OPAQUE_FD, owner));
        }
    }

    /** Where the memory planes of an image made here lie. */
    public List<PlaneLayout> layouts(int planes) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            List<PlaneLayout> layouts = new ArrayList<>();
            for (int i = 0; i < planes; i++) {
                VkSubresourceLayout layout = VkSubresourceLayout.calloc(stack);
                VK10.vkGetImageSubresourceLayout(device.handle(), handle,
                        VkImageSubresource.calloc(stack).aspectMask(ASPECT_MEMORY_PLANE_0 << i), layout);
                layouts.add(new PlaneLayout(layout.offset(), layout.rowPitch()));
            }
            return List.copyOf(layouts);
        }
    }

    long handle() {
        return handle;
    }

    /** {@code VkFormat}. */
    int format() {
        return format;
    }

    /** Pixels. */
    public int width() {
        return width;
    }

    /** Pixels. */
    public int height() {
        return height;
    }

    /** How it is shared. */
    HandleType shared() {
        return shared;
    }

    /** Bytes of the memory below it, which whoever imports it has to know. */
    public long allocationSize() {
        return memory.size();
    }

    /** Index of the type of the memory below it. */
    public int memoryType() {
        return memory.type();
    }

    /** An {@linkplain #exportable exportable} image's memory: a new descriptor, the caller's to close. */
    public Fd export() {
        return memory.export(shared);
    }

    /** No copy of it may be under way. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (!device.stuck()) {
                VK10.vkDestroyImage(device.handle(), handle, null);
            }
            memory.free();
        }
    }
}
