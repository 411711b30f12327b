package lumen.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    @TempDir
    Path folder;

    private ChildProcess start(ChildProcess.StartRecord record, String... command) {
        return ChildProcess.start("test", List.of(command), System.getenv(), folder, record);
    }

    static boolean eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(2_000_000);
        }
        return true;
    }

    private static boolean runs(long pid) {
        return ProcessHandle.of(pid).map(ProcessTree::runs).orElse(false);
    }

    @Test
    void theStartIsOnRecordBeforeTheProgramRuns() {
        AtomicLong pid = new AtomicLong();
        Path trace = folder.resolve("trace");
        try (ChildProcess child = start((p, ticks) -> {
            pid.set(p);
            assertFalse(Files.exists(trace));
            assertEquals(ChildProcess.startTicks(p).orElseThrow(), ticks);
        }, "sh", "-c", "echo $$ > trace; exec sleep 100")) {
            assertTrue(eventually(() -> Files.exists(trace) && trace.toFile().length() > 0));
            assertEquals(pid.get(), Long.parseLong(assertReads(trace).strip()), "the pid is the program's own");
            assertTrue(child.alive());
        }
        assertFalse(runs(pid.get()));
    }

    @Test
    void everyLineIsToldOnceLongOnesInPieces() {
        List<String> lines = new CopyOnWriteArrayList<>();
        try (ChildProcess child = ChildProcess.start("test", List.of("sh", "-c",
                "printf 'one\\n\\ntwo\\n'; head -c 5000 /dev/zero | tr '\\0' x; printf '\\nlast'"), System.getenv(), folder,
                (p, ticks) -> { }, lines::add)) {
            assertTrue(eventually(() -> lines.size() == 5), lines::toString);
            assertEquals(List.of("one", "two", "x".repeat(4096), "x".repeat(904), "last"), lines);
            assertTrue(child.logTail().startsWith("one\n\ntwo\nxxx"));
        }
    }

    @Test
    void processesAreFoundByTheirEnvironment() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sleep", "100");
        builder.environment().put("LUMEN_TEST_FOLDER", folder.toString());
        Process marked = builder.start();
        Process other = new ProcessBuilder("sleep", "100").start();
        try {
            assertTrue(ChildProcess.killWith("LUMEN_TEST_FOLDER", folder.toString(), Duration.ofSeconds(10)));
            assertFalse(runs(marked.pid()));
            assertTrue(other.isAlive());
        } finally {
            marked.destroyForcibly();
            other.destroyForcibly();
        }
    }

    private static String assertReads(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRecordThatFailsLeavesNothingBehind() {
        AtomicLong pid = new AtomicLong();
        assertThrows(IllegalStateException.class, () -> start((p, t) -> {
            pid.set(p);
            throw new IllegalStateException("disk full");
        }, "sh", "-c", "touch ran"));
        assertFalse(runs(pid.get()));
        assertFalse(Files.exists(folder.resolve("ran")));
    }

    @Test
    void theEndOfTheOutputIsKept() {
        try (ChildProcess child = start((p, t) -> { }, "sh", "-c", "seq 100000; echo last words >&2; exit 3")) {
            assertTrue(child.await(Duration.ofSeconds(20)));
            assertEquals(3, child.exitStatus().orElseThrow());
            assertTrue(eventually(() -> child.logTail().endsWith("last words\n")));
            assertTrue(child.logTail().length() <= 16 * 1024);
        }
    }

    @Test
    void aProgramThatIsNotThereSaysSo() {
        PosixException refused = assertThrows(PosixException.class, () -> start((p, t) -> { }, "/nonexistent/program").close());
        assertTrue(refused.getMessage().contains("/nonexistent/program"), refused.getMessage());
    }

    @Test
    void grandchildrenThatLeftTheSessionAndIgnoreTermGoToo() {
        Path pids = folder.resolve("pids");
        // The middle process ends at once, so the grandchild is an orphan in a session of its own.
        ChildProcess child = start((p, t) -> { }, "sh", "-c",
                "sh -c 'setsid sh -c \"trap : TERM; echo \\$\\$ > pids; while :; do sleep 0.1; done\" &'; "
                        + "trap : TERM; while :; do sleep 0.1; done");
        assertTrue(eventually(() -> Files.exists(pids) && pids.toFile().length() > 0));
        long orphan = Long.parseLong(assertReads(pids).strip());
        assertTrue(runs(orphan));
        assertTrue(child.terminate(Duration.ofMillis(200)));
        assertFalse(child.alive());
        assertFalse(runs(orphan));
    }

    @Test
    void theChildDiesWithAHostThatIsKilled() throws Exception {
        Process host = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                DoomedHost.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(host.getInputStream()))) {
            long pid = Long.parseLong(out.readLine());
            assertTrue(runs(pid));
            host.destroyForcibly();
            assertTrue(host.waitFor(10, TimeUnit.SECONDS));
            assertTrue(eventually(() -> !runs(pid)));
        } finally {
            host.destroyForcibly();
        }
    }

    /** Starts a child on a thread that ends at once, then waits to be killed. */
    static final class DoomedHost {
        public static void main(String[] args) throws Exception {
            Thread starter = Thread.ofPlatform().start(() -> {
                ChildProcess child = ChildProcess.start("test", List.of("sleep", "1000"), System.getenv(), Path.of("/"),
                        (p, t) -> { });
                // The death signal must not fire although the thread that asked for the child has gone.
                System.out.println(child.pid());
            });
            starter.join();
            Thread.currentThread().join();
        }
    }
}
