package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Dmabufs of ordinary memory, made on the spot: what self-tests show to importers in a compositor's stead. */
public final class SystemDmabuf {
    /** Makes a dmabuf of a memfd; usually for root and the group kvm only. */
    public static final Path UDMABUF = Path.of("/dev/udmabuf");
    /** The heap of plain pages; usually for root only. */
    public static final Path HEAP = Path.of("/dev/dma_heap/system");

    /** {@code _IOW('u', 0x42, struct udmabuf_create)}; {@code linux/udmabuf.h}. */
    static final long UDMABUF_CREATE = 0x4018_7542L;
    static final long SIZEOF_UDMABUF_CREATE = 24;
    static final long UDMABUF_MEMFD = 0;
    static final long UDMABUF_FLAGS = 4;
    static final long UDMABUF_OFFSET = 8;
    static final long UDMABUF_SIZE = 16;
    static final int UDMABUF_FLAGS_CLOEXEC = 1;

    /** {@code _IOWR('H', 0, struct dma_heap_allocation_data)}; {@code linux/dma-heap.h}. */
    static final long DMA_HEAP_IOCTL_ALLOC = 0xC018_4800L;
    static final long SIZEOF_HEAP_ALLOCATION = 24;
    static final long HEAP_LENGTH = 0;
    static final long HEAP_FD = 8;
    static final long HEAP_FD_FLAGS = 12;
    private static final int O_RDWR_CLOEXEC = 0x8_0002;
    private static final long PAGE = 4096;

    private SystemDmabuf() {
    }

    /**
     * From {@link #UDMABUF}.
     *
     * @param bytes rounded up to whole pages
     * @throws PosixException if the device is missing or not ours to open
     */
    public static Fd udmabuf(long bytes) {
        long size = pages(bytes);
        try (Fd device = Fd.open(UDMABUF); Fd memory = Memfd.create("dmabuf", size, Memfd.SEAL_SHRINK);
                Arena arena = Arena.ofConfined()) {
            MemorySegment create = arena.allocate(SIZEOF_UDMABUF_CREATE, 8);
            create.set(ValueLayout.JAVA_INT, UDMABUF_MEMFD, memory.value());
            create.set(ValueLayout.JAVA_INT, UDMABUF_FLAGS, UDMABUF_FLAGS_CLOEXEC);
            create.set(ValueLayout.JAVA_LONG, UDMABUF_OFFSET, 0);
            create.set(ValueLayout.JAVA_LONG, UDMABUF_SIZE, size);
            int fd = Syscalls.ioctl(device.value(), UDMABUF_CREATE, create.address());
            if (fd < 0) {
                throw Libc.failure("UDMABUF_CREATE of " + size + " bytes", -fd);
            }
            return Fd.own(fd);
        }
    }

    /**
     * From {@link #HEAP}.
     *
     * @param bytes rounded up to whole pages
     * @throws PosixException if the device is missing or not ours to open
     */
    public static Fd heap(long bytes) {
        long size = pages(bytes);
        try (Fd device = Fd.open(HEAP); Arena arena = Arena.ofConfined()) {
            MemorySegment allocation = arena.allocate(SIZEOF_HEAP_ALLOCATION, 8);
            allocation.set(ValueLayout.JAVA_LONG, HEAP_LENGTH, size);
            allocation.set(ValueLayout.JAVA_INT, HEAP_FD_FLAGS, O_RDWR_CLOEXEC);
            int result = Syscalls.ioctl(device.value(), DMA_HEAP_IOCTL_ALLOC, allocation.address());
            if (result < 0) {
                throw Libc.failure("DMA_HEAP_IOCTL_ALLOC of " + size + " bytes", -result);
            }
            return Fd.own(allocation.get(ValueLayout.JAVA_INT, HEAP_FD));
        }
    }

    private static long pages(long bytes) {
        return (bytes + PAGE - 1) / PAGE * PAGE;
    }
}
