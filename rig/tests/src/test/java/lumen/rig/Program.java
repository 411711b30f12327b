package lumen.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A program in the background with its output in a file; ended by {@link #close}. */
final class Program implements AutoCloseable {
    private static final long LOOK_AGAIN_NANOS = 20_000_000;

    private final Process process;
    private final Path log;

    private Program(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static Program start(Map<String, String> environment, List<String> command) throws IOException {
        Path log = Files.createTempFile("lumen-rig-", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new Program(builder.start(), log);
    }

    /** What a short program prints; fails unless it exits with 0. */
    static String output(String... command) throws Exception {
        try (Program program = start(Map.of(), List.of(command))) {
            if (!program.process.waitFor(30, TimeUnit.SECONDS) || program.process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed: " + program.log());
            }
            return program.log();
        }
    }

    /** What it has printed so far. */
    String log() throws IOException {
        return Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /** Waits for a condition; fails with the log if the program ends before, or after {@code limit}. */
    void await(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (!process.isAlive()) {
                throw new AssertionError("ended with " + process.exitValue() + " before: " + what + "\n" + log());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what + "\n" + log());
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        Files.deleteIfExists(log);
    }
}
