package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code struct stat} and {@code struct statfs}, as far as they are needed. The named offsets agree on x86-64 and AArch64. */
final class Stat {
    static final long ST_DEV = 0;
    static final long ST_INO = 8;
    static final long ST_SIZE = 48;
    /** 144 on x86-64, 128 on AArch64. */
    static final long SIZEOF_AT_MOST = 144;
    static final long SIZEOF_STATFS = 120;
    static final long F_TYPE = 0;

    private Stat() {
    }

    /** {@code st_size}. */
    static long size(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            return stat(arena, fd).get(ValueLayout.JAVA_LONG, ST_SIZE);
        }
    }

    /** True if device and inode are the same. */
    static boolean same(int fd, int other) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = stat(arena, fd);
            MemorySegment second = stat(arena, other);
            return first.get(ValueLayout.JAVA_LONG, ST_DEV) == second.get(ValueLayout.JAVA_LONG, ST_DEV)
                    && first.get(ValueLayout.JAVA_LONG, ST_INO) == second.get(ValueLayout.JAVA_LONG, ST_INO);
        }
    }

    private static MemorySegment stat(Arena arena, int fd) {
        MemorySegment stat = arena.allocate(SIZEOF_AT_MOST, 8);
        int result = Syscalls.fstat(fd, stat.address());
        if (result < 0) {
            throw Libc.failure("fstat of file descriptor " + fd, -result);
        }
        return stat;
    }

    /** {@code f_type}: the magic number of the file system a descriptor's file is in. */
    static long filesystem(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statfs = arena.allocate(SIZEOF_STATFS, 8);
            int result = Syscalls.fstatfs(fd, statfs.address());
            if (result < 0) {
                throw Libc.failure("fstatfs of file descriptor " + fd, -result);
            }
            return statfs.get(ValueLayout.JAVA_LONG, F_TYPE);
        }
    }
}
