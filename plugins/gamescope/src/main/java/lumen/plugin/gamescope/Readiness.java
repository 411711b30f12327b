package lumen.plugin.gamescope;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import lumen.posix.ChildProcess;
import lumen.spi.BackendException;

/**
 * What a gamescope says of itself when it is ready.
 *
 * @param node    id of its PipeWire node, from its own log: the name {@code gamescope} sits on two objects
 * @param display X display of the program inside
 * @param socket  name of its Wayland socket
 */
record Readiness(int node, String display, String socket) {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long LOOK_AGAIN_NANOS = 2_000_000;
    /** From then on it isn't waited for any more that gamescope itself tells its node. */
    private static final long SEARCH_AFTER_NANOS = Duration.ofMillis(500).toNanos();
    private static final long SEARCH_AGAIN_NANOS = Duration.ofMillis(250).toNanos();
    private static final int WORDS = 2;

    /**
     * Waits for it.
     *
     * @param log         is told what it writes
     * @param readyFile   the file given to {@code --ready-fd}, written just before the program inside is started
     * @param environment that of gamescope, for asking PipeWire if gamescope doesn't tell its node
     * @throws BackendException quoting gamescope if it ends, can't reach PipeWire or takes more than 10 s
     */
    static Readiness await(ChildProcess gamescope, GamescopeLog log, Path readyFile,
                           Map<String, String> environment) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long searchNanos = Long.MIN_VALUE;
        while (true) {
            // In this order: what it wrote before it ended can be read after it has ended.
            boolean alive = gamescope.alive();
            OptionalInt node = log.node();
            String[] words = words(Files.readString(readyFile));
            if (node.isPresent() && words.length == WORDS) {
                return new Readiness(node.getAsInt(), words[0], words[1]);
            }
            if (words.length == WORDS && alive) {
                if (searchNanos == Long.MIN_VALUE) {
                    searchNanos = System.nanoTime() + SEARCH_AFTER_NANOS;
                } else if (System.nanoTime() - searchNanos > 0) {
                    OptionalInt found = NodeSearch.videoSourceOf(gamescope.pid(), environment);
                    if (found.isPresent()) {
                        return new Readiness(found.getAsInt(), words[0], words[1]);
                    }
                    searchNanos = System.nanoTime() + SEARCH_AGAIN_NANOS;
                }
            }
            if (log.withoutPipeWire()) {
                throw new BackendException("gamescope can't reach PipeWire: " + GamescopeLog.reason(gamescope.logTail()));
            }
            if (!alive) {
                gamescope.terminate(Duration.ZERO); // ends what it left behind, and reads its log to the end
                throw new BackendException("gamescope ended at once: " + GamescopeLog.reason(gamescope.logTail()));
            }
            if (System.nanoTime() > deadline) {
                throw new BackendException("gamescope has not been ready within " + LIMIT.toSeconds() + " s: "
                        + (node.isPresent() ? "" : "no PipeWire node; ") + GamescopeLog.reason(gamescope.logTail()));
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /** The line's words; none until it is complete. */
    static String[] words(String ready) {
        return ready.endsWith("\n") ? ready.strip().split(" ") : new String[0];
    }
}
