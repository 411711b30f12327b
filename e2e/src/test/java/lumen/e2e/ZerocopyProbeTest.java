package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code lumen zerocopy-probe} where there is no GPU for it: that is told, with all that it didn't try. */
@Timeout(120)
class ZerocopyProbeTest {
    private static final String FACT = "a dmabuf straight into CUDA as OPAQUE_FD";
    private static final String NOT_TRIED = "not tried: there is no NVIDIA device (/dev/nvidiactl)";

    @TempDir
    private Path work;

    @BeforeEach
    void wantNoGpu() {
        assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a GPU");
    }

    /** Runs a command, and gives what it printed. */
    private String run(int status, List<String> command) throws IOException, InterruptedException {
        Path out = work.resolve("out");
        Path err = work.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("XDG_RUNTIME_DIR", work.toString());
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(90, TimeUnit.SECONDS), "hangs");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(status, process.exitValue(), Files.readString(err));
        return Files.readString(out);
    }

    private String probe(String... arguments) throws IOException, InterruptedException {
        List<String> command = Product.command("lumen.host", "zerocopy-probe", "--config", "/dev/null", "--only", "zerocopy-vulkan",
                "--frames", "0");
        command.addAll(Arrays.asList(arguments));
        return run(1, command);
    }

    @Test
    void shouldTellPeopleWhatItDidNotTry() throws Exception {
        String output = probe();
        assertTrue(output.lines().anyMatch(l -> l.equals("  fact    " + FACT + ": " + NOT_TRIED)), output);
    }

    @Test
    void shouldTellMachinesWhatItDidNotTry() throws Exception {
        String output = probe("--json");
        Map<String, Object> root = JSON.std.mapFrom(output);
        assertEquals(false, root.get("good"), output);
        Map<?, ?> backend = (Map<?, ?>) ((List<?>) root.get("backends")).getFirst();
        assertEquals("zerocopy-vulkan", backend.get("id"), output);
        assertEquals(Map.of(FACT, NOT_TRIED), backend.get("facts"), output);
    }

    /** The program that tries, from the modules as the probe would start it. */
    @Test
    void shouldHaveAProgramThatTries() throws Exception {
        String output = run(0, List.of(Product.java().toString(), "-p", Product.MODS.toString(), "-m",
                "lumen.plugin.zerocopy.vulkan/lumen.plugin.zerocopy.vulkan.RawImport"));
        assertEquals(Map.of("raw-import", "not tried", "why", "libcuda.so.1 is not installed: no NVIDIA driver"),
                JSON.std.mapFrom(output), output);
    }
}
