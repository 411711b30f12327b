package lumen.vulkan;

/**
 * Where a memory plane of an image lies.
 *
 * @param offset bytes from the start of the memory
 * @param stride bytes from one row to the next
 */
public record PlaneLayout(long offset, long stride) {
}
