package lumen.vulkan;

import java.nio.LongBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkQueue;

/**
 * A device's queue and where its commands come from.
 *
 * @param timestampBits how many bits of its timestamps count; 0: it can't tell the time
 * @param commandPool   ends with the device at the latest
 */
record DeviceQueue(VkQueue handle, int family, int timestampBits, long commandPool) {

    static DeviceQueue of(VkDevice device, int family, int timestampBits) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            LongBuffer pool = stack.mallocLong(1);
            VulkanException.check("vkCreateCommandPool", VK10.vkCreateCommandPool(device, VkCommandPoolCreateInfo.calloc(stack)
                    .sType$Default().queueFamilyIndex(family).flags(VK10.VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT), null, pool));
            PointerBuffer queue = stack.mallocPointer(1);
            VK10.vkGetDeviceQueue(device, family, 0, queue);
            return new DeviceQueue(new VkQueue(queue.get(0), device), family, timestampBits, pool.get(0));
        }
    }

    long timestampMask() {
        return timestampBits >= Long.SIZE ? -1 : (1L << timestampBits) - 1;
    }

    void destroy(VkDevice device) {
        VK10.vkDestroyCommandPool(device, commandPool, null);
    }
}
