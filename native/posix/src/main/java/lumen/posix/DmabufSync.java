package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code DMA_BUF_IOCTL_SYNC}: brackets the CPU's reads of a dmabuf. Allocates nothing; any thread. */
public final class DmabufSync {
    /** {@code _IOW('b', 0, struct dma_buf_sync)}; the struct is one {@code u64 flags}. */
    static final long DMA_BUF_IOCTL_SYNC = 0x4008_6200L;
    static final long SYNC_READ = 1;
    static final long SYNC_END = 4;
    private static final MemorySegment START_READ = flags(SYNC_READ);
    private static final MemorySegment END_READ = flags(SYNC_READ | SYNC_END);

    private DmabufSync() {
    }

    private static MemorySegment flags(long flags) {
        MemorySegment segment = Arena.global().allocate(ValueLayout.JAVA_LONG);
        segment.set(ValueLayout.JAVA_LONG, 0, flags);
        return segment;
    }

    /** Waits for the GPU and makes its writes visible. Answers 0 or the error number. */
    public static int beginRead(int fd) {
        return sync(fd, START_READ.address());
    }

    /** Ends what {@link #beginRead} began. Answers 0 or the error number. */
    public static int endRead(int fd) {
        return sync(fd, END_READ.address());
    }

    private static int sync(int fd, long flags) {
        int result;
        do {
            result = Syscalls.ioctl(fd, DMA_BUF_IOCTL_SYNC, flags);
        } while (result == -Errno.EINTR || result == -Errno.EAGAIN);
        return result < 0 ? -result : 0;
    }
}
