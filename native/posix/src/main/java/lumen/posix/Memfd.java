package lumen.posix;

import java.lang.foreign.Arena;

/** Anonymous memory behind a file descriptor, to be shared with other processes. */
public final class Memfd {
    static final int MFD_CLOEXEC = 1;
    static final int MFD_ALLOW_SEALING = 2;
    static final int F_ADD_SEALS = 1033;
    /** No process can make the file smaller, so a mapping of it can't fault. */
    public static final int SEAL_SHRINK = 2;
    /** No process can make the file larger. */
    public static final int SEAL_GROW = 4;
    /** No process can write to the file; needs that nobody maps it writable. */
    public static final int SEAL_WRITE = 8;

    private Memfd() {
    }

    /**
     * Creates a file of {@code size} zero bytes.
     *
     * @param name  shown in {@code /proc/<pid>/maps} only
     * @param seals {@code SEAL_*} or 0, set after the file has its size
     */
    public static Fd create(String name, long size, int seals) {
        try (Arena arena = Arena.ofConfined()) {
            int fd = Syscalls.memfdCreate(arena.allocateFrom(name).address(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
            if (fd < 0) {
                throw Libc.failure("memfd_create", -fd);
            }
            Fd file = Fd.own(fd);
            int result = Syscalls.ftruncate(fd, size);
            if (result < 0) {
                file.close();
                throw Libc.failure("ftruncate of a memfd to " + size + " bytes", -result);
            }
            try {
                if (seals != 0) {
                    seal(file, seals);
                }
            } catch (PosixException e) {
                file.close();
                throw e;
            }
            return file;
        }
    }

    /** Adds seals. */
    public static void seal(Fd file, int seals) {
        int result = Syscalls.fcntl(file.value(), F_ADD_SEALS, seals);
        if (result < 0) {
            throw Libc.failure("F_ADD_SEALS " + seals, -result);
        }
    }

    /** Changes the size, as a hostile peer would; seals forbid it. */
    public static void resize(Fd file, long size) {
        int result = Syscalls.ftruncate(file.value(), size);
        if (result < 0) {
            throw Libc.failure("ftruncate of a memfd to " + size + " bytes", -result);
        }
    }
}
