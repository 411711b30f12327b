package lumen.posix;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A program that never outlives this process: the kernel kills it when the host dies, even by
 * {@code kill -9}, and {@link #close()} ends it together with everything it has started.
 */
public final class ChildProcess implements AutoCloseable {
    /**
     * {@code PR_SET_PDEATHSIG} fires when the <em>thread</em> that forked exits, so all children are
     * forked on this one, which lives as long as the JVM.
     */
    private static final ExecutorService SPAWNER = Executors.newSingleThreadExecutor(task ->
            Thread.ofPlatform().daemon().name("lumen-spawn").unstarted(task));
    /**
     * Holds the program back until a line arrives: by then the start is on record. End of file (the host
     * died before it wrote) ends the child, which closes the gap before the death signal is set.
     */
    private static final String GATE = "read -r go || exit 125; exec \"$0\" \"$@\" </dev/null";
    /** What a shell searches if the environment doesn't say. */
    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";
    private static final Duration KILL_DEADLINE = Duration.ofSeconds(5);

    private final String name;
    private final Process process;
    private final LogTail log;
    private final Thread logReader;
    private final String mark;
    private final long startTicks;

    /** Hears of a start before the program's first instruction. */
    @FunctionalInterface
    public interface StartRecord {
        /**
         * @param pid        process id, which the program keeps
         * @param startTicks field 22 of {@code /proc/<pid>/stat}
         */
        void starting(long pid, long startTicks);
    }

    private ChildProcess(String name, Process process, String mark, Consumer<String> lines) {
        this.name = name;
        this.process = process;
        this.mark = mark;
        this.log = new LogTail(process.getInputStream(), lines);
        this.logReader = Thread.ofPlatform().daemon().name("lumen-" + name + "-log").start(log);
        this.startTicks = ProcessTree.startTicks(process.pid()).orElse(0);
    }

    /**
     * Starts a program in a session of its own, with output kept as {@link #logTail()}.
     *
     * @param name        short, for threads and messages
     * @param command     program (a path, or a name on {@code PATH}) and arguments
     * @param environment the whole environment
     * @param record      called on this thread before the program runs; if it throws, nothing is left behind
     * @throws PosixException if the program can't be started
     */
    public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path directory,
                                     StartRecord record) {
        return start(name, command, environment, directory, record, line -> { });
    }

    /**
     * The same, watching what it writes.
     *
     * @param lines told of each line that isn't empty, pieces of 4 KiB of longer ones, on a thread of its own
     */
    public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path directory,
                                     StartRecord record, Consumer<String> lines) {
        requireProgram(name, command.getFirst(), environment.getOrDefault("PATH", DEFAULT_PATH), directory);
        String mark = UUID.randomUUID().toString();
        List<String> line = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "setsid", "sh", "-c", GATE));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put(ProcessTree.MARKER, mark);
        Process process;
        try {
            process = SPAWNER.submit(builder::start).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PosixException(name + " can't be started: interrupted", Errno.EINTR);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new PosixException(name + " can't be started: " + e.getCause().getMessage(), Errno.ENOENT);
        }
        ChildProcess child = new ChildProcess(name, process, mark, lines);
        try {
            record.starting(child.pid(), child.startTicks);
            OutputStream gate = process.getOutputStream();
            gate.write('\n');
            gate.close();
        } catch (IOException e) {
            child.close();
            throw new PosixException(name + " can't be started: " + child.logTail().strip(), Errno.EPIPE);
        } catch (RuntimeException e) {
            child.close();
            throw e;
        }
        return child;
    }

    /** Behind the gate a missing program would look like one that ended at once. */
    private static void requireProgram(String name, String program, String path, Path directory) {
        boolean found = program.contains("/") ? executable(directory.resolve(program))
                : Arrays.stream(path.split(":")).anyMatch(folder -> executable(directory.resolve(folder).resolve(program)));
        if (!found) {
            throw new PosixException(name + " can't be started: no program " + program
                    + (program.contains("/") ? "" : " in " + path), Errno.ENOENT);
        }
    }

    private static boolean executable(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    /** Start time of any process, field 22 of its {@code stat}; empty if it doesn't exist. */
    public static OptionalLong startTicks(long pid) {
        return ProcessTree.startTicks(pid);
    }

    /**
     * Kills the processes of this user with a certain variable in their environment, and those they start meanwhile.
     *
     * @return true if none is left after {@code limit}
     */
    public static boolean killWith(String variable, String value, Duration limit) {
        return kill(() -> ProcessTree.carriers(variable + "=" + value), limit);
    }

    /**
     * Kills what is left of a child of a host that was killed: the child's descendants, also without it.
     *
     * @param pid the child's
     * @return true if none is left after {@code limit}
     */
    public static boolean killSession(long pid, Duration limit) {
        return kill(() -> ProcessTree.session(pid), limit);
    }

    private static boolean kill(Supplier<Set<ProcessHandle>> wanted, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Set<ProcessHandle> found;
        while (!(found = wanted.get()).isEmpty() && System.nanoTime() < deadline) {
            found.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle process : found) {
                awaitEnd(process, deadline);
            }
        }
        return found.isEmpty();
    }

    public long pid() {
        return process.pid();
    }

    /** Field 22 of {@code /proc/<pid>/stat}; with the pid it names the process for ever. */
    public long startTicks() {
        return startTicks;
    }

    /** Any thread. */
    public boolean alive() {
        return process.isAlive();
    }

    /** Exit status; 128 + signal number if a signal ended it; empty while it runs. */
    public OptionalLong exitStatus() {
        return process.isAlive() ? OptionalLong.empty() : OptionalLong.of(process.exitValue());
    }

    /** Runs an action on some thread once the program has ended. */
    public void onExit(Runnable action) {
        process.onExit().thenRun(action);
    }

    /** The last 16 KiB of what the program wrote. */
    public String logTail() {
        return log.text();
    }

    /** Waits for the end; false after the timeout. */
    public boolean await(Duration timeout) {
        try {
            return process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /**
     * Ends the program: TERM, after {@code grace} KILL; then whatever it has started and left behind.
     *
     * @return true if everything has gone
     */
    public boolean terminate(Duration grace) {
        Set<ProcessHandle> members = ProcessTree.members(pid(), mark);
        if (process.isAlive()) {
            process.destroy();
            if (!await(grace)) {
                process.destroyForcibly();
            }
        }
        long deadline = System.nanoTime() + KILL_DEADLINE.toNanos();
        // Again and again until nobody is left: a process killed here may just have forked.
        do {
            members.addAll(ProcessTree.members(pid(), mark));
            members.removeIf(member -> !ProcessTree.runs(member));
            members.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle member : members) {
                awaitEnd(member, deadline);
            }
            members.removeIf(member -> !ProcessTree.runs(member));
        } while (!(members.isEmpty() && ProcessTree.members(pid(), mark).isEmpty()) && System.nanoTime() < deadline);
        boolean gone = await(KILL_DEADLINE) && members.isEmpty();
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // The pipe's other end has gone already; closing it was the point.
            gone &= !process.isAlive();
        }
        try {
            logReader.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return gone;
    }

    private static void awaitEnd(ProcessHandle handle, long deadline) {
        while (ProcessTree.runs(handle) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** {@link #terminate} with two seconds of grace. */
    @Override
    public void close() {
        terminate(Duration.ofSeconds(2));
    }

    @Override
    public String toString() {
        return name + " (pid " + pid() + ")";
    }
}
