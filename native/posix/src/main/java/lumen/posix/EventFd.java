package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Wakes a thread that waits in {@link PollSet#await}. {@link #signal} is callable from any thread. */
public final class EventFd implements AutoCloseable {
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;
    private static final MemorySegment ONE = one();

    private final Fd fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment counter = arena.allocate(ValueLayout.JAVA_LONG);
    private boolean closed;

    public EventFd() {
        int result = Syscalls.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (result < 0) {
            arena.close();
            throw Libc.failure("eventfd", -result);
        }
        fd = Fd.own(result);
    }

    private static MemorySegment one() {
        MemorySegment segment = Arena.global().allocate(ValueLayout.JAVA_LONG);
        segment.set(ValueLayout.JAVA_LONG, 0, 1);
        return segment;
    }

    /** The descriptor to poll for {@link PollSet#IN}. */
    public int fd() {
        return fd.value();
    }

    /** Makes the descriptor readable. Ignored after {@link #close()}. */
    public synchronized void signal() {
        if (!closed) {
            // EAGAIN means that the counter is full: it is readable already.
            Syscalls.write(fd.value(), ONE.address(), Long.BYTES);
        }
    }

    /** Makes it unreadable again; the waiting thread only. */
    public boolean drain() {
        return Syscalls.read(fd.value(), counter.address(), Long.BYTES) == Long.BYTES;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            fd.close();
            arena.close();
        }
    }
}
