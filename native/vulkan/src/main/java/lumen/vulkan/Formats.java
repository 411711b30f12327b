package lumen.vulkan;

/** Pixel layouts by their DRM four-character codes. */
final class Formats {
    private static final int R8G8B8A8_UNORM = 37;
    private static final int B8G8R8A8_UNORM = 44;
    private static final int A2R10G10B10_UNORM_PACK32 = 58;
    private static final int A2B10G10R10_UNORM_PACK32 = 64;
    /** All formats here have pixels of four bytes. */
    static final int BYTES_PER_PIXEL = 4;

    private Formats() {
    }

    /** {@code VkFormat}, or 0 if there is none. Whether alpha means something makes no difference to a copy. */
    static int of(int fourcc) {
        return switch (fourcc) {
            case 'X' | 'R' << 8 | '2' << 16 | '4' << 24, 'A' | 'R' << 8 | '2' << 16 | '4' << 24 -> B8G8R8A8_UNORM;
            case 'X' | 'B' << 8 | '2' << 16 | '4' << 24, 'A' | 'B' << 8 | '2' << 16 | '4' << 24 -> R8G8B8A8_UNORM;
            case 'X' | 'R' << 8 | '3' << 16 | '0' << 24, 'A' | 'R' << 8 | '3' << 16 | '0' << 24 -> A2R10G10B10_UNORM_PACK32;
            case 'X' | 'B' << 8 | '3' << 16 | '0' << 24, 'A' | 'B' << 8 | '3' << 16 | '0' << 24 -> A2B10G10R10_UNORM_PACK32;
            default -> 0;
        };
    }

    /** Number of a {@code VkFormat} in the shader of {@link DetileProgram}. */
    static int shaderOrder(int format) {
        return switch (format) {
            case B8G8R8A8_UNORM -> 0;
            case R8G8B8A8_UNORM -> 1;
            case A2R10G10B10_UNORM_PACK32 -> 2;
            case A2B10G10R10_UNORM_PACK32 -> 3;
            default -> throw new IllegalArgumentException("no shader for format " + format);
        };
    }
}
