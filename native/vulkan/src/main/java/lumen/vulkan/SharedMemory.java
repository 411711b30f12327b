package lumen.vulkan;

/**
 * Memory of another driver, or of another device of this one, to be imported.
 *
 * @param type       what the descriptor stands for
 * @param fd         the caller's; an import takes a duplicate
 * @param size       bytes of the allocation
 * @param memoryType {@link HandleType#OPAQUE_FD}: index of the exporter's memory type, which an import must repeat; else
 *                   {@link #ANY_TYPE}
 */
public record SharedMemory(HandleType type, int fd, long size, int memoryType) {
    /** The driver says which types fit. */
    public static final int ANY_TYPE = -1;
}
