package lumen.vulkan;

/** A Vulkan call failed, or there is no Vulkan to call. */
public final class VulkanException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int result;

    VulkanException(String message, int result) {
        super(message);
        this.result = result;
    }

    VulkanException(String message, Throwable cause) {
        super(message, cause);
        this.result = VulkanResult.ERROR_INITIALIZATION_FAILED;
    }

    /** The {@code VkResult}. */
    public int result() {
        return result;
    }

    /** True if the device is gone for good: whatever is asked of it from now on fails. */
    public boolean deviceLost() {
        return result == VulkanResult.ERROR_DEVICE_LOST;
    }

    /**
     * Passes a result on if it is no error.
     *
     * @param call the call and what it was about
     */
    static int check(String call, int result) {
        if (result < 0) {
            throw new VulkanException(call + ": " + VulkanResult.name(result), result);
        }
        return result;
    }
}
