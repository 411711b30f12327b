package lumen.vulkan;

/** How memory travels between drivers: what a descriptor of it is a descriptor of. */
public enum HandleType {
    /** A Linux dmabuf, which any driver may read. */
    DMA_BUF(0x200, "VK_EXT_external_memory_dma_buf"),
    /** Known to the same driver on the same device only; CUDA reads these. */
    OPAQUE_FD(0x1, "VK_KHR_external_memory_fd");

    private final int bit;
    private final String extension;

    HandleType(int bit, String extension) {
        this.bit = bit;
        this.extension = extension;
    }

    /** {@code VkExternalMemoryHandleTypeFlagBits}. */
    int bit() {
        return bit;
    }

    /** The device extension without which no call may name this type. */
    String extension() {
        return extension;
    }
}
