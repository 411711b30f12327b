package lumen.vulkan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShaderTest {
    /** The third word of a module tells its maker, SPIR-V specification section 2.3. */
    private static final int MAKER = 8;

    @TempDir
    Path folder;

    @Test
    void shouldShipWhatItsSourceSays() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/glslangValidator")), "glslang-tools is not installed");
        Path project = Path.of("").toAbsolutePath();
        Path fresh = folder.resolve("detile.spv");
        run(List.of(project.resolve("src/main/glsl/compile").toString(), fresh.toString()));
        byte[] shipped = Files.readAllBytes(project.resolve("src/main/resources/lumen/vulkan/detile.spv"));
        byte[] made = Files.readAllBytes(fresh);
        assumeTrue(maker(made) == maker(shipped), "another version of the compiler made what is shipped");
        assertArrayEquals(made, shipped);
    }

    private static int maker(byte[] module) {
        return ByteBuffer.wrap(module).getInt(MAKER);
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> command + ": " + output);
    }
}
