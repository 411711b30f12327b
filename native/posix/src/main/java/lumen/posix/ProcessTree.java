package lumen.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the processes that a child has started, children of dead parents included: every one of them
 * carries a marker in its environment, whatever session or parent it has moved to.
 */
final class ProcessTree {
    /** The variable that marks a child's descendants. */
    static final String MARKER = "CHILD_OF_LUMEN";

    private ProcessTree() {
    }

    /** Field 22 of {@code /proc/<pid>/stat}; empty if there is no such process. */
    static OptionalLong startTicks(long pid) {
        return stat(pid).map(fields -> OptionalLong.of(Long.parseLong(fields[19]))).orElse(OptionalLong.empty());
    }

    /** The fields of {@code stat} from the third, the state, on. */
    private static Optional<String[]> stat(long pid) {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return Optional.empty();
        }
        // The name in field 2 may hold spaces and brackets: count from its last bracket.
        return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
    }

    /** Processes of this user that carry the mark, or descend from {@code pid}. */
    static Set<ProcessHandle> members(long pid, String mark) {
        Set<ProcessHandle> found = carriers(MARKER + "=" + mark);
        ProcessHandle.of(pid).ifPresent(leader -> leader.descendants().forEach(found::add));
        found.removeIf(handle -> !runs(handle) || handle.pid() == ProcessHandle.current().pid());
        return found;
    }

    /** Other processes of this user with {@code NAME=value} in their environment. */
    static Set<ProcessHandle> carriers(String wanted) {
        Set<ProcessHandle> found = new HashSet<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes.filter(p -> Character.isDigit(p.getFileName().toString().charAt(0)))
                    .filter(p -> carries(p, wanted))
                    .map(p -> ProcessHandle.of(Long.parseLong(p.getFileName().toString())))
                    .forEach(handle -> handle.ifPresent(found::add));
        } catch (IOException e) {
            throw new PosixException("/proc can't be listed: " + e.getMessage(), Errno.ENOENT);
        }
        found.removeIf(handle -> !runs(handle) || handle.pid() == ProcessHandle.current().pid());
        return found;
    }

    /** False also for a zombie: that is its parent's affair, and init may be slow or absent in a container. */
    static boolean runs(ProcessHandle handle) {
        if (!handle.isAlive()) {
            return false;
        }
        return stat(handle.pid()).map(fields -> !fields[0].equals("Z") && !fields[0].equals("X")).orElse(false);
    }

    private static boolean carries(Path process, String wanted) {
        String environment;
        try {
            environment = new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return false; // another user's, or gone in the meantime
        }
        return environment.startsWith(wanted + "\0") || environment.contains("\0" + wanted + "\0");
    }
}
