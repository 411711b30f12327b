package lumen.posix;

import java.lang.foreign.Arena;

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
}
