package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A file mapped into memory. The file's size is checked first: touching a page past its end is SIGBUS,
 * which ends the JVM. (A peer that can shrink the file later still can do that; seals prevent it.)
 */
public final class Mapping implements AutoCloseable {
    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int MAP_SHARED = 1;

    private final Arena arena;
    private final MemorySegment segment;

    private Mapping(Arena arena, MemorySegment segment) {
        this.arena = arena;
        this.segment = segment;
    }

    /**
     * Maps the first {@code length} bytes of a file. The descriptor may be closed afterwards.
     *
     * @throws PosixException if the file is shorter ({@code EINVAL}) or can't be mapped
     */
    public static Mapping of(int fd, long length, boolean writable) {
        long size = Fd.sizeOf(fd);
        if (length <= 0 || length > size) {
            throw new PosixException("mapping of " + length + " bytes of a file of " + size + " bytes", Errno.EINVAL);
        }
        long address = Syscalls.mmap(length, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
        if (address < 0) {
            throw Libc.failure("mmap of " + length + " bytes", (int) -address);
        }
        Arena arena = Arena.ofShared();
        MemorySegment mapped = MemorySegment.ofAddress(address)
                .reinterpret(length, arena, s -> Syscalls.munmap(address, length));
        return new Mapping(arena, writable ? mapped : mapped.asReadOnly());
    }

    /** The bytes; any thread. After {@link #close()} an access is an exception, not a fault. */
    public MemorySegment segment() {
        return segment;
    }

    /** Unmaps; idempotent, any thread. Nobody may be inside a native call with the segment. */
    @Override
    public synchronized void close() {
        if (segment.scope().isAlive()) {
            arena.close();
        }
    }
}
