package lumen.vulkan;

/**
 * What a device can do with images of one format and DRM modifier that other drivers share with it.
 *
 * @param modifier   DRM format modifier; 0 is LINEAR
 * @param planes     memory planes of such an image
 * @param importable images of others can be read here
 * @param exportable images made here can be read by others
 * @param sampled    shaders can read those that are importable
 * @param dedicated  each image needs an allocation of its own
 * @param maxWidth   pixels
 * @param maxHeight  pixels
 */
public record ModifierSupport(long modifier, int planes, boolean importable, boolean exportable, boolean sampled, boolean dedicated,
                              int maxWidth, int maxHeight) {
}
