package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A fixed set of descriptors to wait for, {@code poll(2)}. Confined to one thread at a time. */
public final class PollSet implements AutoCloseable {
    public static final int IN = 1;
    public static final int OUT = 4;
    /** Only ever reported. */
    public static final int ERR = 8;
    /** Only ever reported. */
    public static final int HUP = 16;
    /** Only ever reported: the descriptor isn't open. */
    public static final int NVAL = 32;

    static final long SIZEOF_POLLFD = 8;
    static final long FD = 0;
    static final long EVENTS = 4;
    static final long REVENTS = 6;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment entries;
    private final int count;

    public PollSet(int count) {
        this.count = count;
        entries = arena.allocate(SIZEOF_POLLFD * count, 8);
        for (int i = 0; i < count; i++) {
            set(i, -1, 0);
        }
    }

    /** Entry {@code index} waits for {@code events} of {@code fd}; a negative {@code fd} waits for nothing. */
    public void set(int index, int fd, int events) {
        long at = index * SIZEOF_POLLFD;
        entries.set(ValueLayout.JAVA_INT, at + FD, fd);
        entries.set(ValueLayout.JAVA_SHORT, at + EVENTS, (short) events);
        entries.set(ValueLayout.JAVA_SHORT, at + REVENTS, (short) 0);
    }

    /**
     * Waits.
     *
     * @param timeoutMillis 0: don't wait, negative: for ever
     * @return entries with something to report; 0 also if a signal interrupted the wait
     */
    public int await(int timeoutMillis) {
        int result = Syscalls.poll(entries.address(), count, timeoutMillis);
        if (result == -Errno.EINTR) {
            for (int i = 0; i < count; i++) {
                entries.set(ValueLayout.JAVA_SHORT, i * SIZEOF_POLLFD + REVENTS, (short) 0);
            }
            return 0;
        }
        if (result < 0) {
            throw Libc.failure("poll", -result);
        }
        return result;
    }

    /** What happened to entry {@code index} in the last {@link #await}: a union of the constants above. */
    public int happened(int index) {
        return entries.get(ValueLayout.JAVA_SHORT, index * SIZEOF_POLLFD + REVENTS) & 0xffff;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
