package lumen.vulkan;

/**
 * What a device can do with buffers shared with other drivers.
 *
 * @param importable buffers of others can be read here
 * @param exportable buffers made here can be read by others
 * @param dedicated  each buffer needs an allocation of its own
 */
public record BufferSupport(boolean importable, boolean exportable, boolean dedicated) {
    static final int DEDICATED_ONLY = 1;
    static final int EXPORTABLE = 2;
    static final int IMPORTABLE = 4;
}
