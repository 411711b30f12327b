package lumen.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds the processes that a child has started, children of dead parents included: every one of them
 * carries a marker in its environment, whatever session or parent it has moved to.
 */
final class ProcessTree {
    /** The variable that marks a child's descendants. */
    static final String MARKER = "CHILD_OF_LUMEN";

    /** Field 6 of {@code stat}, counted from the third. */
    private static final int SESSION = 3;

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
        return others(p -> environment(p).contains("\0" + wanted + "\0"));
    }

    /**
     * What is left of a child and its descendants by the child's pid, which is their session's id, and no other's as long as
     * one of them lives.
     */
    static Set<ProcessHandle> session(long pid) {
        String wanted = Long.toString(pid);
        return others(p -> stat(Long.parseLong(p.getFileName().toString())).filter(fields -> fields[SESSION].equals(wanted)).isPresent()
                && environment(p).contains("\0" + MARKER + "="));
    }

    private static Set<ProcessHandle> others(Predicate<Path> wanted) {
        Set<ProcessHandle> found = new HashSet<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes.filter(p -> Character.isDigit(p.getFileName().toString().charAt(0)))
                    .filter(wanted)
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

    /** A process's variables, each with a zero before and behind it; none if it is another user's, or has gone meanwhile. */
    private static String environment(Path process) {
        try {
            return "\0" + new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
