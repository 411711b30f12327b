package lumen.vulkan;

/** {@code VkResult}, as far as the calls made here answer it; {@code vulkan_core.h}. */
final class VulkanResult {
    static final int SUCCESS = 0;
    static final int TIMEOUT = 2;
    static final int INCOMPLETE = 5;
    static final int ERROR_OUT_OF_DEVICE_MEMORY = -2;
    static final int ERROR_INITIALIZATION_FAILED = -3;
    static final int ERROR_DEVICE_LOST = -4;
    static final int ERROR_FORMAT_NOT_SUPPORTED = -11;
    static final int ERROR_INVALID_EXTERNAL_HANDLE = -1_000_072_003;

    private VulkanResult() {
    }

    static String name(int result) {
        return switch (result) {
            case SUCCESS -> "VK_SUCCESS";
            case TIMEOUT -> "VK_TIMEOUT";
            case INCOMPLETE -> "VK_INCOMPLETE";
            case -1 -> "VK_ERROR_OUT_OF_HOST_MEMORY";
            case ERROR_OUT_OF_DEVICE_MEMORY -> "VK_ERROR_OUT_OF_DEVICE_MEMORY";
            case ERROR_INITIALIZATION_FAILED -> "VK_ERROR_INITIALIZATION_FAILED";
            case ERROR_DEVICE_LOST -> "VK_ERROR_DEVICE_LOST";
            case -5 -> "VK_ERROR_MEMORY_MAP_FAILED";
            case -6 -> "VK_ERROR_LAYER_NOT_PRESENT";
            case -7 -> "VK_ERROR_EXTENSION_NOT_PRESENT";
            case -8 -> "VK_ERROR_FEATURE_NOT_PRESENT";
            case -9 -> "VK_ERROR_INCOMPATIBLE_DRIVER";
            case -10 -> "VK_ERROR_TOO_MANY_OBJECTS";
            case ERROR_FORMAT_NOT_SUPPORTED -> "VK_ERROR_FORMAT_NOT_SUPPORTED";
            case -13 -> "VK_ERROR_UNKNOWN";
            case ERROR_INVALID_EXTERNAL_HANDLE -> "VK_ERROR_INVALID_EXTERNAL_HANDLE";
            case -1_000_158_000 -> "VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT";
            default -> "VkResult " + result;
        };
    }
}
