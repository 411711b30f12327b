package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Waits for what GPUs still write into dmabufs: their implicit fences, taken out as a sync file
 * ({@code DMA_BUF_IOCTL_EXPORT_SYNC_FILE}, Linux 6.0), or else polled on the dmabuf itself. Confined to one thread at a
 * time; a wait allocates nothing.
 */
public final class DmabufFence implements AutoCloseable {
    /** {@code _IOWR('b', 2, struct dma_buf_export_sync_file)}; {@code linux/dma-buf.h}. */
    static final long DMA_BUF_IOCTL_EXPORT_SYNC_FILE = 0xC008_6202L;
    static final long SIZEOF_EXPORT_SYNC_FILE = 8;
    static final long FLAGS = 0;
    static final long FD = 4;
    /** The fences a reader has to wait for: those of writers. */
    static final int DMA_BUF_SYNC_READ = 1;

    /** How a wait ended. */
    public enum Outcome {
        /** Everything is written. */
        READY,
        TIMED_OUT,
        /** What was waited for is no dmabuf, or its descriptor isn't open. */
        NO_DMABUF
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment request = arena.allocate(SIZEOF_EXPORT_SYNC_FILE, 8);
    private final PollSet poll = new PollSet(1);

    /**
     * Waits until the writers are done.
     *
     * @param timeoutMillis at least 0
     */
    public Outcome await(int dmabuf, int timeoutMillis) {
        request.set(ValueLayout.JAVA_INT, FLAGS, DMA_BUF_SYNC_READ);
        request.set(ValueLayout.JAVA_INT, FD, -1);
        int result = Syscalls.ioctl(dmabuf, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, request.address());
        if (result == -Errno.EBADF) {
            return Outcome.NO_DMABUF;
        }
        // Kernels before 6.0 don't know the request; memfds and the like don't, either, and are always ready to poll.
        int syncFile = result < 0 ? -1 : request.get(ValueLayout.JAVA_INT, FD);
        try {
            return await(syncFile < 0 ? dmabuf : syncFile, System.nanoTime() + timeoutMillis * 1_000_000L);
        } finally {
            if (syncFile >= 0) {
                Syscalls.close(syncFile);
            }
        }
    }

    private Outcome await(int fd, long deadline) {
        while (true) {
            poll.set(0, fd, PollSet.IN);
            long left = deadline - System.nanoTime();
            int ready = poll.await(left <= 0 ? 0 : (int) ((left + 999_999) / 1_000_000));
            if (ready > 0) {
                return (poll.happened(0) & PollSet.NVAL) != 0 ? Outcome.NO_DMABUF : Outcome.READY;
            }
            if (left <= 0) {
                return Outcome.TIMED_OUT;
            }
        }
    }

    @Override
    public void close() {
        poll.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
