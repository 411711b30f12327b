package lumen.vulkan;

import java.lang.foreign.MemorySegment;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import lumen.posix.Fd;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.KHRExternalMemoryFd;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkExportMemoryAllocateInfo;
import org.lwjgl.vulkan.VkImportMemoryFdInfoKHR;
import org.lwjgl.vulkan.VkMemoryAllocateInfo;
import org.lwjgl.vulkan.VkMemoryDedicatedAllocateInfo;
import org.lwjgl.vulkan.VkMemoryFdPropertiesKHR;
import org.lwjgl.vulkan.VkMemoryGetFdInfoKHR;

/** An allocation of device memory. */
final class DeviceMemory {
    private final VulkanDevice device;
    private final long handle;
    private final long size;
    private final int type;
    private MemorySegment mapped = MemorySegment.NULL;

    private DeviceMemory(VulkanDevice device, long handle, long size, int type) {
        this.device = device;
        this.handle = handle;
        this.size = size;
        this.type = type;
    }

    /** What an allocation is for: a buffer, an image or neither. */
    record Owner(long buffer, long image) {
        static final Owner NONE = new Owner(0, 0);
    }

    /** @param export how it is shared with other drivers, or {@code null} */
    static DeviceMemory allocate(VulkanDevice device, String what, long size, int type, HandleType export, Owner dedicated) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkMemoryAllocateInfo info = VkMemoryAllocateInfo.calloc(stack).sType$Default().allocationSize(size).memoryTypeIndex(type);
            if (export != null) {
                info.pNext(VkExportMemoryAllocateInfo.calloc(stack).sType$Default().handleTypes(export.bit()));
            }
            dedicate(info, dedicated, stack);
            return allocate(device, what, info, stack);
        }
    }

    private static void dedicate(VkMemoryAllocateInfo info, Owner dedicated, MemoryStack stack) {
        if (dedicated != Owner.NONE) {
            info.pNext(VkMemoryDedicatedAllocateInfo.calloc(stack).sType$Default().buffer(dedicated.buffer()).image(dedicated.image()));
        }
    }

    private static DeviceMemory allocate(VulkanDevice device, String what, VkMemoryAllocateInfo info, MemoryStack stack) {
        long size = info.allocationSize();
        device.budget().take(size);
        LongBuffer handle = stack.mallocLong(1);
        int result = VK10.vkAllocateMemory(device.handle(), info, null, handle);
        if (result < 0) {
            device.budget().give(size);
            VulkanException.check("vkAllocateMemory of " + size + " bytes for " + what, result);
        }
        return new DeviceMemory(device, handle.get(0), size, info.memoryTypeIndex());
    }

    /**
     * Memory types a descriptor can be imported as; 0: not at all. Asking is harmless where trying is not: a failed raw
     * import has been seen to make all later allocations of the process fail.
     */
    private static int importableTypes(VulkanDevice device, SharedMemory shared) {
        if (shared.type() == HandleType.OPAQUE_FD) {
            return shared.memoryType() == SharedMemory.ANY_TYPE ? 0 : 1 << shared.memoryType();
        }
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkMemoryFdPropertiesKHR properties = VkMemoryFdPropertiesKHR.calloc(stack).sType$Default();
            VulkanException.check("vkGetMemoryFdPropertiesKHR",
                    KHRExternalMemoryFd.vkGetMemoryFdPropertiesKHR(device.handle(), shared.type().bit(), shared.fd(), properties));
            return properties.memoryTypeBits();
        }
    }

    /** Imports a duplicate of the descriptor. */
    static DeviceMemory importFrom(VulkanDevice device, String what, SharedMemory shared, Requirements needs, Owner dedicated) {
        if (!device.gpu().knows(shared.type())) {
            throw new VulkanException("import of " + what + ": " + device.gpu().name() + " has no " + shared.type().extension(),
                    VulkanResult.ERROR_INVALID_EXTERNAL_HANDLE);
        }
        if (needs.size() > shared.size()) {
            throw new VulkanException("import of " + what + ": it needs " + needs.size() + " bytes, the memory has " + shared.size(),
                    VulkanResult.ERROR_INVALID_EXTERNAL_HANDLE);
        }
        int types = importableTypes(device, shared);
        if (types == 0) {
            throw new VulkanException("import of " + what + ": vkGetMemoryFdPropertiesKHR says memoryTypeBits 0",
                    VulkanResult.ERROR_INVALID_EXTERNAL_HANDLE);
        }
        int type = device.memoryType("import of " + what, types & needs.types(), VulkanDevice.MEMORY_DEVICE_LOCAL, 0);
        try (MemoryStack stack = MemoryStack.stackPush(); Fd copy = Fd.duplicateOf(shared.fd())) {
            VkImportMemoryFdInfoKHR source = VkImportMemoryFdInfoKHR.calloc(stack).sType$Default().handleType(shared.type().bit())
                    .fd(copy.value());
            VkMemoryAllocateInfo info = VkMemoryAllocateInfo.calloc(stack).sType$Default().allocationSize(shared.size())
                    .memoryTypeIndex(type).pNext(source);
            dedicate(info, dedicated, stack);
            DeviceMemory memory = allocate(device, "an import of " + what, info, stack);
            // From a successful import on it is the driver's; a failed one leaves it here.
            copy.release();
            return memory;
        }
    }

    /**
     * {@code VkMemoryRequirements}.
     *
     * @param types bit mask
     */
    record Requirements(long size, int types) {
    }

    long handle() {
        return handle;
    }

    long size() {
        return size;
    }

    int type() {
        return type;
    }

    /** The first bytes as the CPU sees them; mapped until it is freed. */
    MemorySegment map(long bytes) {
        if (mapped.address() == 0) {
            try (MemoryStack stack = MemoryStack.stackPush()) {
                PointerBuffer pointer = stack.mallocPointer(1);
                VulkanException.check("vkMapMemory of " + bytes + " bytes",
                        VK10.vkMapMemory(device.handle(), handle, 0, VK10.VK_WHOLE_SIZE, 0, pointer));
                mapped = MemorySegment.ofAddress(pointer.get(0)).reinterpret(bytes);
            }
        }
        return mapped;
    }

    /** A new descriptor of it. */
    Fd export(HandleType as) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer fd = stack.mallocInt(1);
            VulkanException.check("vkGetMemoryFdKHR as " + as, KHRExternalMemoryFd.vkGetMemoryFdKHR(device.handle(),
                    VkMemoryGetFdInfoKHR.calloc(stack).sType$Default().memory(handle).handleType(as.bit()), fd));
            return Fd.own(fd.get(0));
        }
    }

    void free() {
        if (!device.stuck()) {
            VK10.vkFreeMemory(device.handle(), handle, null);
        }
        device.budget().give(size);
    }
}
