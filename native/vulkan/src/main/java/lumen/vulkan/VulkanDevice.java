package lumen.vulkan;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkDeviceQueueCreateInfo;
import org.lwjgl.vulkan.VkPhysicalDeviceMemoryProperties;
import org.lwjgl.vulkan.VkQueueFamilyProperties;

/**
 * A logical device with a queue of each kind. Confined to one thread at a time, with everything made from it, which is closed first.
 */
public final class VulkanDevice implements AutoCloseable {
    static final int MEMORY_DEVICE_LOCAL = VK10.VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
    static final int MEMORY_HOST = VK10.VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK10.VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    static final int MEMORY_HOST_CACHED = MEMORY_HOST | VK10.VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    private static final int QUEUE_FAMILY_EXTERNAL = ~1;
    private static final int QUEUE_FAMILY_FOREIGN = ~2;
    /** What is enabled where it is there. Some are needed by others before the version that made them part of Vulkan. */
    private static final List<String> EXTENSIONS = List.of("VK_KHR_external_memory_fd", Gpu.DMA_BUF_MEMORY, Gpu.MODIFIERS,
            Gpu.FOREIGN_QUEUE, "VK_KHR_image_format_list");

    /** What else a queue can do decides how its copies are carried out. */
    public enum QueueKind {
        /** Graphics, compute and copies. */
        GENERAL,
        /** Copies only, where there is such a one, by a unit of their own; else as {@link #GENERAL}. */
        TRANSFER
    }

    private final VulkanInstance instance;
    private final Gpu gpu;
    private final VulkanBudget budget;
    private final VkDevice handle;
    private final DeviceQueue general;
    private final DeviceQueue transfer;
    private final int[] memoryFlags;
    private final boolean foreignQueue;
    /** Work that never ended: nothing of this device can be freed any more. */
    private boolean stuck;
    private boolean closed;

    private VulkanDevice(VulkanInstance instance, Gpu gpu, VulkanBudget budget) {
        this.instance = instance;
        this.gpu = gpu;
        this.budget = budget;
        this.foreignQueue = gpu.has(Gpu.FOREIGN_QUEUE);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkQueueFamilyProperties.Buffer families = families(gpu, stack);
            int all = choose(families, QueueKind.GENERAL);
            int copies = choose(families, QueueKind.TRANSFER);
            List<String> names = new ArrayList<>(EXTENSIONS);
            names.removeIf(e -> !gpu.has(e));
            PointerBuffer enabled = stack.mallocPointer(names.size());
            names.forEach(n -> enabled.put(stack.ASCII(n)));
            FloatBuffer priority = stack.floats(1);
            VkDeviceQueueCreateInfo.Buffer queues = VkDeviceQueueCreateInfo.calloc(all == copies ? 1 : 2, stack);
            queues.get(0).sType$Default().queueFamilyIndex(all).pQueuePriorities(priority);
            if (all != copies) {
                queues.get(1).sType$Default().queueFamilyIndex(copies).pQueuePriorities(priority);
            }
            VkDeviceCreateInfo info = VkDeviceCreateInfo.calloc(stack).sType$Default().pQueueCreateInfos(queues)
                    .ppEnabledExtensionNames(enabled.flip());
            PointerBuffer pointer = stack.mallocPointer(1);
            VulkanException.check("vkCreateDevice on " + gpu.name(), VK10.vkCreateDevice(gpu.handle(), info, null, pointer));
            handle = new VkDevice(pointer.get(0), gpu.handle(), info, Math.min(gpu.apiVersion(), VulkanInstance.VULKAN_1_2));
            try {
                general = DeviceQueue.of(handle, all, families.get(all).timestampValidBits());
                transfer = all == copies ? general : DeviceQueue.of(handle, copies, families.get(copies).timestampValidBits());
            } catch (VulkanException e) {
                // With its command pools.
                VK10.vkDestroyDevice(handle, null);
                throw e;
            }
            VkPhysicalDeviceMemoryProperties memory = VkPhysicalDeviceMemoryProperties.calloc(stack);
            VK10.vkGetPhysicalDeviceMemoryProperties(gpu.handle(), memory);
            memoryFlags = new int[memory.memoryTypeCount()];
            for (int i = 0; i < memoryFlags.length; i++) {
                memoryFlags[i] = memory.memoryTypes(i).propertyFlags();
            }
        }
    }

    /**
     * Opens a device. It is a user of the Vulkan instance of its own.
     *
     * @throws VulkanException if the driver doesn't
     */
    public static VulkanDevice open(Gpu gpu, VulkanBudget budget) {
        VulkanInstance instance = VulkanInstance.acquire();
        try {
            return new VulkanDevice(instance, gpu, budget);
        } catch (RuntimeException e) {
            instance.close();
            throw e;
        }
    }

    private static VkQueueFamilyProperties.Buffer families(Gpu gpu, MemoryStack stack) {
        java.nio.IntBuffer count = stack.mallocInt(1);
        VK10.vkGetPhysicalDeviceQueueFamilyProperties(gpu.handle(), count, null);
        VkQueueFamilyProperties.Buffer families = VkQueueFamilyProperties.calloc(count.get(0), stack);
        VK10.vkGetPhysicalDeviceQueueFamilyProperties(gpu.handle(), count, families);
        return families;
    }

    private static int choose(VkQueueFamilyProperties.Buffer families, QueueKind kind) {
        int general = -1;
        for (int i = 0; i < families.remaining(); i++) {
            int flags = families.get(i).queueFlags();
            boolean graphics = (flags & VK10.VK_QUEUE_GRAPHICS_BIT) != 0;
            boolean compute = (flags & VK10.VK_QUEUE_COMPUTE_BIT) != 0;
            boolean transfer = (flags & VK10.VK_QUEUE_TRANSFER_BIT) != 0;
            // Graphics and compute imply transfer, whether said or not.
            if (kind == QueueKind.TRANSFER && transfer && !graphics && !compute) {
                return i;
            }
            if (general < 0 && (graphics || compute)) {
                general = i;
            }
        }
        if (general < 0) {
            throw new VulkanException("no queue family with graphics or compute", VulkanResult.ERROR_INITIALIZATION_FAILED);
        }
        return general;
    }

    VkDevice handle() {
        return handle;
    }

    DeviceQueue queue(QueueKind kind) {
        return kind == QueueKind.TRANSFER ? transfer : general;
    }

    VulkanBudget budget() {
        return budget;
    }

    public Gpu gpu() {
        return gpu;
    }

    /** The queue family that owns memory while it is another driver's. */
    int outside(HandleType type) {
        return type == HandleType.DMA_BUF && foreignQueue ? QUEUE_FAMILY_FOREIGN : QUEUE_FAMILY_EXTERNAL;
    }

    /**
     * The best memory type.
     *
     * @param allowed bit mask of types
     * @param wanted  flags, all of which it shall have; each further array is tried after the one before
     */
    int memoryType(String what, int allowed, int... wanted) {
        for (int flags : wanted) {
            for (int i = 0; i < memoryFlags.length; i++) {
                if ((allowed >> i & 1) != 0 && (memoryFlags[i] & flags) == flags) {
                    return i;
                }
            }
        }
        throw new VulkanException(what + ": no memory type fits (allowed: 0x" + Integer.toHexString(allowed) + ")",
                VulkanResult.ERROR_OUT_OF_DEVICE_MEMORY);
    }

    boolean stuck() {
        return stuck;
    }

    void setStuck() {
        stuck = true;
    }

    /**
     * Idempotent. A device whose work never ended is left as it is: destroying what a GPU still uses would harm more than
     * it frees.
     */
    @Override
    public void close() {
        if (closed || stuck) {
            return;
        }
        closed = true;
        general.destroy(handle);
        if (transfer != general) {
            transfer.destroy(handle);
        }
        VK10.vkDestroyDevice(handle, null);
        instance.close();
    }
}
