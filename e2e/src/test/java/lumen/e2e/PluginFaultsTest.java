package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One third-party JAR of each faulty kind beside a good one: all are listed, only the good one is used. */
class PluginFaultsTest {
    private static final String WORKS = "return Probe.available(99, new Evidence(\"stranger\", \"hello\"));";

    @TempDir
    private Path work;

    @Test
    void shouldListEachFaultyPluginWithItsReasonAndKeepTheGoodOne() throws Exception {
        Path folder = Files.createDirectory(work.resolve("plugins.d"));
        PluginJars jars = new PluginJars(work);
        Path spi = Product.jar("lumen-spi");
        jars.display(folder, "good", "good", "", WORKS, spi);
        jars.display(folder, "throwing", "throwing", "", "throw new IllegalStateException(\"boom\");", spi);
        jars.display(folder, "uncreatable", "uncreatable", "if (true) throw new IllegalStateException(\"no luck\");", WORKS, spi);
        jars.display(folder, "hanging", "hanging", "", "while (true) { java.util.concurrent.locks.LockSupport.park(); }", spi);
        jars.display(folder, "ancient", "ancient", "", WORKS, jars.spi("0.0.7"));
        jars.display(folder, "impostor", "testcard", "", WORKS, spi);
        jars.display(folder, "lumen.spoof", "spoof", "", WORKS, spi);
        Files.write(folder.resolve("broken.jar"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0});

        Map<String, Object> report = doctor(folder);

        assertTrue((Boolean) candidate(report, "good").get("usable"));
        assertEquals(Map.of("stranger", "hello"), candidate(report, "good").get("evidence"));
        assertEquals(99, candidate(report, "good").get("rank"));
        assertRefused(report, "throwing", "its probe failed: java.lang.IllegalStateException: boom");
        assertRefused(report, "uncreatable.Display", "no luck");
        assertRefused(report, "hanging", "its probe did not answer within 700 ms");
        assertEquals("module ancient was built for lumen.spi 0.0.7, this host has 1.0.0", rejected(report, "ancient.jar"));
        assertTrue(rejected(report, "broken.jar").startsWith("not a readable module"), rejected(report, "broken.jar"));
        assertEquals("holds no modules", rejected(report, "lumen.spoof.jar"));
        List<Map<String, Object>> testcards = candidates(report).stream()
                .filter(c -> c.get("kind").equals("display") && c.get("id").equals("testcard")).toList();
        assertEquals(2, testcards.size());
        assertEquals("mods", testcards.stream().filter(c -> (Boolean) c.get("usable")).findFirst().orElseThrow().get("origin"));
    }

    private static void assertRefused(Map<String, Object> report, String id, String reason) {
        Map<String, Object> candidate = candidate(report, id);
        assertFalse((Boolean) candidate.get("usable"));
        assertTrue(candidate.get("reason").toString().contains(reason), candidate.toString());
    }

    private static Map<String, Object> candidate(Map<String, Object> report, String id) {
        return candidates(report).stream().filter(c -> c.get("id").equals(id)).findFirst().orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> candidates(Map<String, Object> report) {
        return (List<Map<String, Object>>) report.get("candidates");
    }

    @SuppressWarnings("unchecked")
    private static String rejected(Map<String, Object> report, String file) {
        return ((List<Map<String, String>>) report.get("rejected")).stream()
                .filter(r -> r.get("file").endsWith("/" + file)).findFirst().orElseThrow().get("reason");
    }

    private Map<String, Object> doctor(Path folder) throws IOException, InterruptedException {
        Path output = work.resolve("doctor.json");
        Process process = new ProcessBuilder(Product.command("lumen.host", "doctor", "--json", "--plugin-path", folder.toString(),
                "--set", "plugins.probe-timeout-ms=700", "--set", "runtime-directory=" + work.resolve("run"),
                "--state", work.resolve("state").toString()))
                .redirectOutput(output.toFile()).redirectError(work.resolve("doctor.err").toFile()).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "doctor hangs");
        return JSON.std.mapFrom(Files.readString(output));
    }
}
