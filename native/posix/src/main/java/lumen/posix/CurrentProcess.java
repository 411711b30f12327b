package lumen.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** This process: who it runs as, and the environment that native libraries see. */
public final class CurrentProcess {
    private CurrentProcess() {
    }

    /** The real user id; 0 is root. */
    public static int uid() {
        return Syscalls.getuid();
    }

    /**
     * Sets a variable in the C library's environment, which native libraries read; {@link System#getenv()}
     * doesn't change. Only before threads read the environment: at the top of {@code main}.
     */
    public static void setEnvironment(String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            int result = Syscalls.setenv(arena.allocateFrom(name).address(), arena.allocateFrom(value).address(), 1);
            if (result < 0) {
                throw Libc.failure("setenv " + name, -result);
            }
        }
    }

    /** A variable as native libraries see it, unlike {@link System#getenv(String)}. */
    public static Optional<String> environment(String name) {
        try (Arena arena = Arena.ofConfined()) {
            long value = Syscalls.getenv(arena.allocateFrom(name).address());
            return value == 0 ? Optional.empty()
                    : Optional.of(MemorySegment.ofAddress(value).reinterpret(Long.MAX_VALUE).getString(0));
        }
    }
}
