package lumen.vulkan;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkDeviceQueueCreateInfo;
import org.lwjgl.vulkan.VkPhysicalDeviceMemoryProperties;
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkQueueFamilyProperties;

/**
 * A logical device with one queue. Confined to one thread at a time, with everything made from it, which is closed first.
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

    /** What else a device's queue can do decides how its copies are carried out. */
    public enum QueueKind {
        /** Graphics, compute and copies. */
        GENERAL,
        /** Compute and copies, where there is such a one; else as {@link #GENERAL}. */
        COMPUTE,
        /** Copies only, where there is such a one; else as {@link #GENERAL}. */
        TRANSFER
    }

    private final VulkanInstance instance;
    private final Gpu gpu;
    private final VulkanBudget budget;
    private final VkDevice handle;
    private final VkQueue queue;
    private final int family;
    private final int timestampBits;
    private final long commandPool;
    private final int[] memoryFlags;
    private final boolean foreignQueue;
    /** Work that never ended: nothing of this device can be freed any more. */
    private boolean stuck;
    private boolean closed;

    private VulkanDevice(VulkanInstance instance, Gpu gpu, VulkanBudget budget, QueueKind kind) {
        this.instance = instance;
        this.gpu = gpu;
        this.budget = budget;
        this.foreignQueue = gpu.has(Gpu.FOREIGN_QUEUE);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkQueueFamilyProperties.Buffer families = families(gpu, stack);
            family = choose(families, kind);
            timestampBits = families.get(family).timestampValidBits();
            List<String> names = new ArrayList<>(EXTENSIONS);
            names.removeIf(e -> !gpu.has(e));
            PointerBuffer enabled = stack.mallocPointer(names.size());
            names.forEach(n -> enabled.put(stack.ASCII(n)));
            FloatBuffer priority = stack.floats(1);
            VkDeviceQueueCreateInfo.Buffer queues = VkDeviceQueueCreateInfo.calloc(1, stack);
            queues.get(0).sType$Default().queueFamilyIndex(family).pQueuePriorities(priority);
            VkDeviceCreateInfo info = VkDeviceCreateInfo.calloc(stack).sType$Default().pQueueCreateInfos(queues)
                    .ppEnabledExtensionNames(enabled.flip());
            PointerBuffer pointer = stack.mallocPointer(1);
            VulkanException.check("vkCreateDevice on " + gpu.name(), VK10.vkCreateDevice(gpu.handle(), info, null, pointer));
            handle = new VkDevice(pointer.get(0), gpu.handle(), info, Math.min(gpu.apiVersion(), VulkanInstance.VULKAN_1_2));
            VK10.vkGetDeviceQueue(handle, family, 0, pointer);
            queue = new VkQueue(pointer.get(0), handle);
            LongBuffer pool = stack.mallocLong(1);
            int result = VK10.vkCreateCommandPool(handle, VkCommandPoolCreateInfo.calloc(stack).sType$Default()
                    .queueFamilyIndex(family).flags(VK10.VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT), null, pool);
            if (result < 0) {
                VK10.vkDestroyDevice(handle, null);
                VulkanException.check("vkCreateCommandPool", result);
            }
            commandPool = pool.get(0);
            VkPhysicalDeviceMemoryProperties memory = VkPhysicalDeviceMemoryProperties.calloc(stack);
            VK10.vkGetPhysicalDeviceMemoryProperties(gpu.handle(), memory);
            memoryFlags = new int[memory.memoryTypeCount()];
            for (int i = 0; i < memoryFlags.length; i++) {
                memoryFlags[i] = memory.memoryTypes(i).propertyFlags();
            }
        }
    }

    /** Opens a device with its general queue. */
    public static VulkanDevice open(Gpu gpu, VulkanBudget budget) {
        return open(gpu, budget, QueueKind.GENERAL);
    }

    /**
     * Opens a device. It is a user of the Vulkan instance of its own.
     *
     * @throws VulkanException if the driver doesn't
     */
    public static VulkanDevice open(Gpu gpu, VulkanBudget budget, QueueKind kind) {
        VulkanInstance instance = VulkanInstance.acquire();
        try {
            return new VulkanDevice(instance, gpu, budget, kind);
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
            if (kind == QueueKind.TRANSFER && transfer && !graphics && !compute || kind == QueueKind.COMPUTE && compute && !graphics) {
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

    VkQueue queue() {
        return queue;
    }

    int family() {
        return family;
    }

    long commandPool() {
        return commandPool;
    }

    VulkanBudget budget() {
        return budget;
    }

    /** True if the queue can tell the time. */
    boolean timestamps() {
        return timestampBits > 0 && gpu.timestampPeriod() > 0;
    }

    long timestampMask() {
        return timestampBits >= Long.SIZE ? -1 : (1L << timestampBits) - 1;
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
        VK10.vkDestroyCommandPool(handle, commandPool, null);
        VK10.vkDestroyDevice(handle, null);
        instance.close();
    }
}
