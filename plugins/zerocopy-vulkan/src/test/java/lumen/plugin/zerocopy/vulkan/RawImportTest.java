package lumen.plugin.zerocopy.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import lumen.spi.Evidence;
import lumen.spi.Trial;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The process that gives a dmabuf to CUDA as it is, and what is made of whatever becomes of it. */
class RawImportTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final RawReport.Tried REFUSED = new RawReport.Tried("580.159.04", 999, "CUDA_ERROR_UNKNOWN", true, true,
            "seen to work before and after: CUDA's memory and copies");

    private static String shell(String script) {
        return RawImportTrial.run(List.of("sh", "-c", script), LONG);
    }

    static Stream<RawReport> reports() {
        return Stream.of(REFUSED, new RawReport.Tried("595.1", 0, "CUDA_SUCCESS", true, false, "Vulkan's memory: out of it"),
                new RawReport.Tried("", 801, "", false, true, ""), new RawReport.NotTried("no driver"));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void reportsAreReadAsTheyWereWritten(RawReport report) {
        assertEquals(Optional.of(report), RawReport.parse("a driver's chatter\n" + report.json() + "\nand more\n"));
        assertEquals(Optional.of(report), RawReport.parse(REFUSED.json() + "\n" + report.json()), "the last one counts");
        assertEquals(report.words(), shell("echo '" + report.json().replace("'", "'\\''") + "'"));
    }

    @Test
    void reportsHoldNothingThatWouldEndTheirLineOrTheirText() {
        RawReport.NotTried report = new RawReport.NotTried("a \"quoted\\\n\u001b[31mä");
        assertEquals("{\"raw-import\":\"not tried\",\"why\":\"a 'quoted/??[31m?\"}", report.json());
        assertTrue(RawReport.parse(report.json()).isPresent());
    }

    @Test
    void aRefusalIsTold() {
        assertEquals("driver 580.159.04 refuses: CUDA_ERROR_UNKNOWN (999), and closes the descriptor all the same; the process "
                + "goes on working (seen to work before and after: CUDA's memory and copies)", REFUSED.words());
    }

    @Test
    void whatWasSaidBeforeACrashCounts() {
        String words = shell("echo '" + REFUSED.json().replace("'", "'\\''") + "'; kill -SEGV $$");
        assertEquals(REFUSED.words() + "; then it crashed (signal 11)", words);
    }

    @Test
    void aCrashIsTold() {
        assertEquals("not known: the process that tried it crashed (signal 11) without a word", shell("kill -SEGV $$"));
    }

    @Test
    void rubbishIsTold() {
        assertEquals("not known: the process that tried it ended with status 0, its last words: {\"raw-import\":\"tried\"}",
                shell("echo something; echo '{\"raw-import\":\"tried\"}'; echo"));
        assertEquals("not known: the process that tried it ended with status 3, its last words: " + "x".repeat(200) + "...",
                shell("head -c 100000 /dev/zero | tr '\\0' x; exit 3"));
        assertEquals("not known: the process that tried it ended with status 0, its last words: ??1m",
                shell("printf '\\377\\0331m\\n'"));
    }

    /** With what it has started: a driver's helpers must not stay either. */
    @Test
    void aHangIsToldAndEnded(@TempDir Path folder) throws Exception {
        Path pids = folder.resolve("pids");
        String words = RawImportTrial.run(List.of("sh", "-c", "trap '' TERM; sleep 1000 & echo $$ $! >'" + pids
                + "'; echo waiting; while :; do wait; done"), Duration.ofSeconds(2));
        assertEquals("not known: the process that tried it did not end within 2000 ms and was killed, its last words: waiting",
                words);
        for (String pid : Files.readString(pids).strip().split(" ")) {
            assertTrue(gone(Path.of("/proc", pid, "cmdline")), pid + " is left");
        }
    }

    /** One that has ended, and whose parent hasn't asked yet, has no command line any more. */
    private static boolean gone(Path commandLine) throws IOException {
        try {
            return Files.readString(commandLine).isEmpty();
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    @Test
    void aProgramThatIsNotThereIsTold() {
        assertEquals("not tried: raw-import can't be started: no program /nowhere/java",
                RawImportTrial.run(List.of("/nowhere/java"), LONG));
    }

    /** A virtual machine that a driver ends. */
    static final class Crashing {
        private Crashing() {
        }

        public static void main(String[] arguments) {
            System.out.println("about to");
            MemorySegment.ofAddress(8).reinterpret(8).set(ValueLayout.JAVA_LONG, 0, 1);
        }
    }

    @Test
    void aVirtualMachineThatCrashesLeavesNoFile() throws Exception {
        List<Path> before = files();
        String words = RawImportTrial.run(RawImportTrial.command(Crashing.class).orElseThrow(), LONG);
        assertTrue(words.matches("not known: the process that tried it crashed \\(SIGSEGV in .+\\), its last words: about to"),
                words);
        assertEquals(before, files());
    }

    private static List<Path> files() throws Exception {
        try (Stream<Path> files = Files.list(Path.of(""))) {
            return files.sorted().toList();
        }
    }

    private static List<Evidence> facts() {
        return new VulkanImporterProvider().facts(new Trial(new NoHost(), List.of(new Trial.Size(64, 64)), 0, 60));
    }

    @Test
    void withoutCudaItIsNotTried() {
        assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a driver");
        assertEquals(List.of(new Evidence("a dmabuf straight into CUDA as OPAQUE_FD",
                "not tried: there is no NVIDIA device (/dev/nvidiactl)")), facts());
        // The program itself says so, too.
        assertEquals("not tried: libcuda.so.1 is not installed: no NVIDIA driver",
                RawImportTrial.run(RawImportTrial.command(RawImport.class).orElseThrow(), LONG));
    }

    /** Whatever a driver says to it, it must be told, and this process must not have noticed. */
    @Test
    @Tag("gpu")
    void onAGpuItIsTried() throws Exception {
        // The driver keeps what it opens at first.
        facts();
        long descriptors = FaultsTest.descriptors();
        String value = facts().getFirst().value();
        System.out.println("FIGURE\traw import\t" + value);
        assertTrue(value.matches("driver \\S+ (takes it|refuses: CUDA_ERROR_\\w+ \\(\\d+\\), and (closes|leaves) .*)"
                + "; the process (goes on working|no longer does what it did) \\(.*\\)"), value);
        assertTrue(value.contains("CUDA's memory and copies"), value);
        assertEquals(descriptors, FaultsTest.descriptors());
    }
}
