package lumen.tools.selftest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process of the self-test, its output in a file. Ended when closed, whatever state it is in. */
final class Child implements AutoCloseable {
    private static final long LOOK_AGAIN_MILLIS = 20;
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int TAIL_LINES = 6;

    private final String name;
    private final Process process;
    private final Path output;

    private Child(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /**
     * Starts a process; its output goes to a new file in the folder.
     *
     * @param name of the file, and in messages
     */
    static Child start(String name, List<String> command, Path folder) {
        Path output = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        // Settings of the user's own host are not this one's.
        builder.environment().keySet().removeIf(variable -> variable.startsWith("LUMEN_"));
        try {
            return new Child(name, builder.start(), output);
        } catch (IOException e) {
            throw new SelfTestException(name + " can't be started: " + e.getMessage(), e);
        }
    }

    /**
     * Waits for a line of output.
     *
     * @return the line
     * @throws SelfTestException if it doesn't come in time, or the process ends before
     */
    String awaitLine(Predicate<String> wanted, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean ended = !process.isAlive();
            var line = output().lines().filter(wanted).findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            if (ended) {
                throw new SelfTestException(name + " ended with exit code " + process.exitValue() + ": " + lastWords());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new SelfTestException(name + " did not get ready within " + limit.toSeconds() + " s: " + lastWords());
            }
            process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Waits for the end; the exit code. */
    int await(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new SelfTestException(name + " did not end within " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }

    /** Asks the process to end, as a terminal or a service supervisor does. */
    void terminate() {
        process.destroy();
    }

    boolean alive() {
        return process.isAlive();
    }

    private String output() {
        try {
            return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SelfTestException("the output of " + name + " can't be read: " + e.getMessage(), e);
        }
    }

    /** The end of what it said, in one line. */
    String lastWords() {
        List<String> lines = output().lines().filter(l -> !l.isBlank() && !l.startsWith("WARNING: Using incubator")).toList();
        return lines.isEmpty() ? "it said nothing" : String.join(" | ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** Ends the process, gracefully if it can. Idempotent. */
    @Override
    public void close() {
        boolean interrupted = false;
        try {
            process.destroy();
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
