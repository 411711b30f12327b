package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** CPU time of the calling thread. Confined to one thread at a time; reading it allocates nothing. */
public final class ThreadCpuClock implements AutoCloseable {
    static final int CLOCK_THREAD_CPUTIME_ID = 3;
    private static final long SIZEOF_TIMESPEC = 16;
    private static final long SECONDS = 0;
    private static final long NANOS = 8;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment timespec = arena.allocate(SIZEOF_TIMESPEC, 8);

    /** Nanoseconds this thread has run on a CPU since it began, in the kernel included. */
    public long nanos() {
        int result = Syscalls.clockGettime(CLOCK_THREAD_CPUTIME_ID, timespec.address());
        if (result < 0) {
            throw Libc.failure("clock_gettime", -result);
        }
        return timespec.get(ValueLayout.JAVA_LONG, SECONDS) * 1_000_000_000L + timespec.get(ValueLayout.JAVA_LONG, NANOS);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
