package lumen.vulkan;

import java.lang.foreign.MemorySegment;
import java.nio.LongBuffer;
import lumen.posix.Fd;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import org.lwjgl.vulkan.VkExternalMemoryBufferCreateInfo;
import org.lwjgl.vulkan.VkMemoryRequirements;

/** A buffer to copy from and to, with the memory below it. */
public final class VulkanBuffer implements AutoCloseable {
    /** Of other drivers' memory. */
    static final int COPIED = VK10.VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK10.VK_BUFFER_USAGE_TRANSFER_DST_BIT;
    /** Of our own, which shaders may write. */
    static final int WRITTEN = COPIED | VK10.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;

    private final VulkanDevice device;
    private final long handle;
    private final DeviceMemory memory;
    private final long size;
    private final HandleType shared;
    private final boolean dedicated;
    private boolean closed;

    private VulkanBuffer(VulkanDevice device, long handle, DeviceMemory memory, long size, HandleType shared, boolean dedicated) {
        this.device = device;
        this.handle = handle;
        this.memory = memory;
        this.size = size;
        this.shared = shared;
        this.dedicated = dedicated;
    }

    /** How a buffer's memory is had. */
    private interface Source {
        DeviceMemory get(long buffer, DeviceMemory.Requirements needs);
    }

    private static VulkanBuffer make(VulkanDevice device, String what, long size, int usage, HandleType shared, Source source) {
        if (size < 1) {
            throw new IllegalArgumentException(what + " of " + size + " bytes");
        }
        long handle;
        DeviceMemory.Requirements needs;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkBufferCreateInfo info = VkBufferCreateInfo.calloc(stack).sType$Default().size(size).usage(usage)
                    .sharingMode(VK10.VK_SHARING_MODE_EXCLUSIVE);
            if (shared != null) {
                info.pNext(VkExternalMemoryBufferCreateInfo.calloc(stack).sType$Default().handleTypes(shared.bit()));
            }
            LongBuffer pointer = stack.mallocLong(1);
            VulkanException.check("vkCreateBuffer of " + size + " bytes for " + what,
                    VK10.vkCreateBuffer(device.handle(), info, null, pointer));
            handle = pointer.get(0);
            VkMemoryRequirements requirements = VkMemoryRequirements.calloc(stack);
            VK10.vkGetBufferMemoryRequirements(device.handle(), handle, requirements);
            needs = new DeviceMemory.Requirements(requirements.size(), requirements.memoryTypeBits());
        }
        DeviceMemory memory = null;
        try {
            memory = source.get(handle, needs);
            VulkanException.check("vkBindBufferMemory for " + what,
                    VK10.vkBindBufferMemory(device.handle(), handle, memory.handle(), 0));
            return new VulkanBuffer(device, handle, memory, size, shared, shared != null && device.gpu().buffers(shared).dedicated());
        } catch (RuntimeException e) {
            VK10.vkDestroyBuffer(device.handle(), handle, null);
            if (memory != null) {
                memory.free();
            }
            throw e;
        }
    }

    /** A buffer in the device's own memory. */
    public static VulkanBuffer onDevice(VulkanDevice device, String what, long size) {
        return make(device, what, size, WRITTEN, null, (buffer, needs) -> DeviceMemory.allocate(device, what, needs.size(),
                device.memoryType(what, needs.types(), VulkanDevice.MEMORY_DEVICE_LOCAL, 0), null, DeviceMemory.Owner.NONE));
    }

    /** A buffer the CPU reads fast: cached where there is such memory, coherent always. */
    public static VulkanBuffer onHost(VulkanDevice device, String what, long size) {
        VulkanBuffer made = make(device, what, size, WRITTEN, null, (buffer, needs) -> DeviceMemory.allocate(device, what, needs.size(),
                device.memoryType(what, needs.types(), VulkanDevice.MEMORY_HOST_CACHED, VulkanDevice.MEMORY_HOST), null,
                DeviceMemory.Owner.NONE));
        try {
            made.memory.map(size);
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** A buffer in the device's own memory for other drivers to read. */
    public static VulkanBuffer exportable(VulkanDevice device, String what, long size, HandleType type) {
        boolean dedicated = device.gpu().buffers(type).dedicated();
        return make(device, what, size, WRITTEN, type, (buffer, needs) -> DeviceMemory.allocate(device, what, needs.size(),
                device.memoryType(what, needs.types(), VulkanDevice.MEMORY_DEVICE_LOCAL, 0), type,
                dedicated ? new DeviceMemory.Owner(buffer, 0) : DeviceMemory.Owner.NONE));
    }

    /**
     * A buffer over memory of others, from its start.
     *
     * @param size bytes of the buffer, at most those of the memory
     * @throws VulkanException if the device can't read it; the descriptor is the caller's still
     */
    public static VulkanBuffer importFrom(VulkanDevice device, String what, long size, SharedMemory shared) {
        boolean dedicated = device.gpu().buffers(shared.type()).dedicated();
        return make(device, what, size, COPIED, shared.type(), (buffer, needs) -> DeviceMemory.importFrom(device, what, shared, needs,
                dedicated ? new DeviceMemory.Owner(buffer, 0) : DeviceMemory.Owner.NONE));
    }

    long handle() {
        return handle;
    }

    /** Bytes. */
    public long size() {
        return size;
    }

    /** Bytes of the memory below it, which whoever imports it has to know. */
    public long allocationSize() {
        return memory.size();
    }

    /** Index of the type of the memory below it. */
    public int memoryType() {
        return memory.type();
    }

    /** True if the memory below it was allocated for this buffer alone, which whoever imports it has to know. */
    public boolean dedicated() {
        return dedicated;
    }

    /** How it is shared, {@code null} if it isn't. */
    HandleType shared() {
        return shared;
    }

    /** A buffer made {@link #onHost}: its bytes, valid until it is closed. */
    public MemorySegment bytes() {
        return memory.map(size);
    }

    /** An {@linkplain #exportable exportable} buffer's memory: a new descriptor, the caller's to close. */
    public Fd export() {
        return memory.export(shared);
    }

    /** No copy of it may be under way. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (!device.stuck()) {
                VK10.vkDestroyBuffer(device.handle(), handle, null);
            }
            memory.free();
        }
    }
}
