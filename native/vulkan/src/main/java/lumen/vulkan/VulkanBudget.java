package lumen.vulkan;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the memory of devices, imported memory included, and sets it a limit. What would exceed it fails as if the
 * device had no more. Any thread.
 */
public final class VulkanBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong allocations = new AtomicLong();

    /** @param limit bytes */
    public VulkanBudget(long limit) {
        this.limit = limit;
    }

    /** Counts only. */
    public static VulkanBudget unlimited() {
        return new VulkanBudget(Long.MAX_VALUE);
    }

    /** Bytes in use. */
    public long used() {
        return used.get();
    }

    /** How often memory was allocated or imported so far. */
    public long allocations() {
        return allocations.get();
    }

    void take(long bytes) {
        if (used.addAndGet(bytes) > limit) {
            used.addAndGet(-bytes);
            throw new VulkanException("vkAllocateMemory of " + bytes + " bytes: "
                    + VulkanResult.name(VulkanResult.ERROR_OUT_OF_DEVICE_MEMORY) + " (a budget of " + limit + " bytes)",
                    VulkanResult.ERROR_OUT_OF_DEVICE_MEMORY);
        }
        allocations.incrementAndGet();
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
    }
}
