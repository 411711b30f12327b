package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code struct stat}, as far as it is needed. The named offsets agree on x86-64 and AArch64. */
final class Stat {
    static final long ST_SIZE = 48;
    /** 144 on x86-64, 128 on AArch64. */
    static final long SIZEOF_AT_MOST = 144;

    private Stat() {
    }

    /** {@code st_size}. */
    static long size(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stat = arena.allocate(SIZEOF_AT_MOST, 8);
            int result = Syscalls.fstat(fd, stat.address());
            if (result < 0) {
                throw Libc.failure("fstat of file descriptor " + fd, -result);
            }
            return stat.get(ValueLayout.JAVA_LONG, ST_SIZE);
        }
    }
}
