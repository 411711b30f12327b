package lumen.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Compiles small programs against PipeWire's headers, where they are installed. */
public final class CCompiler {
    private static final Path HEADERS = Path.of("/usr/include/pipewire-0.3");
    private static final Path SPA_HEADERS = Path.of("/usr/include/spa-0.2");

    private CCompiler() {
    }

    /** Skips the test if there is no compiler or there are no headers. */
    public static void assumeAvailable() {
        assumeTrue(Arrays.stream(System.getenv("PATH").split(":")).anyMatch(p -> new File(p, "gcc").canExecute()),
                "gcc is not installed");
        assumeTrue(Files.isDirectory(HEADERS) && Files.isDirectory(SPA_HEADERS), "libpipewire-0.3-dev is not installed");
    }

    /** Compiles and runs a program; answers what it prints. */
    public static String run(Path folder, String source, String... arguments) throws Exception {
        Path file = Files.writeString(folder.resolve("program.c"), source);
        Path binary = folder.resolve("program");
        execute(List.of("gcc", "-w", "-D_GNU_SOURCE", "-I", HEADERS.toString(), "-I", SPA_HEADERS.toString(), "-o", binary.toString(),
                file.toString()));
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(List.of(arguments));
        return execute(command);
    }

    private static String execute(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), command.getFirst() + " hangs");
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
