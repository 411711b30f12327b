package lumen.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An installed program.
 *
 * @param path absolute
 */
public record Program(Path path) {
    /** What a shell searches if the environment doesn't say. */
    public static final String DEFAULT_SEARCH = "/usr/local/bin:/usr/bin:/bin";

    /**
     * Finds a program as a shell would.
     *
     * @param name   a name, or a path if it has a slash
     * @param search folders separated by colons, as in {@code PATH}
     */
    public static Optional<Program> find(String name, String search) {
        if (name.contains("/")) {
            return executable(Path.of(name)) ? Optional.of(new Program(Path.of(name).toAbsolutePath())) : Optional.empty();
        }
        for (String folder : search.split(":")) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
            if (executable(candidate)) {
                return Optional.of(new Program(candidate.toAbsolutePath()));
            }
        }
        return Optional.empty();
    }

    private static boolean executable(Path file) {
        return Files.isExecutable(file) && Files.isRegularFile(file);
    }

    /**
     * What it prints, errors included, when run with these arguments in this process's environment; empty if it can't be
     * run or takes longer, in which case it is killed.
     */
    public Optional<String> ask(Duration limit, String... arguments) {
        return ask(limit, Map.of(), arguments);
    }

    /** The same, with some variables more in its environment. */
    public Optional<String> ask(Duration limit, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(path.toString()));
        command.addAll(List.of(arguments));
        Process process = null;
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile());
            builder.environment().putAll(environment);
            process = builder.start();
            FutureTask<byte[]> answer = new FutureTask<>(process.getInputStream()::readAllBytes);
            Thread.ofPlatform().daemon().name("lumen-" + path.getFileName()).start(answer);
            return Optional.of(new String(answer.get(limit.toNanos(), TimeUnit.NANOSECONDS), StandardCharsets.UTF_8).strip());
        } catch (IOException | ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
