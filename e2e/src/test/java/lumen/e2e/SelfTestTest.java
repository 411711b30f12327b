package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code lumen selftest}: its verdict, and that it cleans up behind itself. */
@Timeout(120)
class SelfTestTest {
    @TempDir
    private Path work;
    private Path temporary;

    @BeforeEach
    void makeTemporaryFolder() throws IOException {
        temporary = Files.createDirectory(work.resolve("tmp"));
    }

    @Test
    void shouldFindThatEverythingWorks() throws Exception {
        Process process = start("--json", "--seconds", "2", "--size", "640x360", "--fps", "30");
        assertTrue(process.waitFor(90, TimeUnit.SECONDS), "hangs");

        String output = output();
        assertEquals(0, process.exitValue(), output);
        Map<String, Object> result = JSON.std.mapFrom(output);
        assertEquals(true, result.get("passed"));
        assertEquals(List.of("host", "pairing", "stream, plain", "sound, plain", "stream, encrypted", "sound, encrypted", "host stops"),
                ((List<?>) result.get("checks")).stream().map(c -> ((Map<?, ?>) c).get("stage")).toList());
        assertNothingIsLeft();
    }

    @Test
    void shouldSayWhatFailedAndCleanUp() throws Exception {
        Process process = start("--backend", "wlroots", "--seconds", "1");
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "hangs");

        assertEquals(1, process.exitValue(), output());
        assertTrue(output().lines().anyMatch(l -> l.startsWith("host ") && l.contains("FAILED") && l.contains("sway")), output());
        assertNothingIsLeft();
    }

    @Test
    void shouldCleanUpWhenInterrupted() throws Exception {
        Process process = start("--seconds", "60", "--size", "640x360", "--fps", "30");
        Await.until("pairing", Duration.ofSeconds(60), () -> output().contains("pairing   "));
        List<ProcessHandle> children = process.descendants().toList();
        assertFalse(children.isEmpty());

        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "ignores SIGINT");
        assertNotEquals(0, process.exitValue());
        Await.until("its processes end", Duration.ofSeconds(5), () -> children.stream().noneMatch(ProcessHandle::isAlive));
        assertNothingIsLeft();
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = Product.command("lumen.tools", "selftest");
        command.add(1, "-Djava.io.tmpdir=" + temporary);
        command.addAll(List.of(arguments));
        // A test run in the background of a script has SIGINT ignored, and its children with it.
        command.addAll(0, List.of("/usr/bin/env", "--default-signal=INT"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(work.resolve("out").toFile())
                .redirectError(work.resolve("err").toFile());
        // Nobody has a compositor there.
        builder.environment().put("PATH", work.toString());
        return builder.start();
    }

    private String output() throws IOException {
        return Files.readString(work.resolve("out"));
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            assertEquals(List.of(), files.filter(f -> f.getFileName().toString().startsWith("lumen-")).toList());
        }
    }
}
