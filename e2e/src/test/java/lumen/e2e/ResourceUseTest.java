package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import lumen.client.StreamingClient;
import lumen.client.report.StreamReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the host holds after many connections, and what its threads allocate in a steady stream. */
@Timeout(120)
class ResourceUseTest {
    private static final int WARM_CYCLES = 10;
    private static final int CYCLES = 15;
    private static final Duration CYCLE = Duration.ofMillis(400);
    /** Executors and the JIT compiler start and end threads as they need them. */
    private static final int SPARE_THREADS = 4;
    private static final int SPARE_FDS = 4;
    /** The heap takes its time to reach the size it works with; after that nothing grows. */
    private static final long SPARE_MEGABYTES = 128;

    private static final long WARM_FRAMES = 1200;
    private static final long STEADY_FRAMES = 2000;
    private static final int FPS = 120;
    /**
     * Bytes a frame. 0 once all is compiled; a method that is compiled anew in between, or waits in the
     * compiler's queue, allocates until it is. One object a frame would be 16 at the least.
     */
    private static final double ALLOWED_A_FRAME = 8;
    /**
     * The same for the sound thread, which at 200 packets a second is not fully compiled within the time of
     * this test: until then its native calls cost small objects, but nothing of a packet's own size.
     */
    private static final double ALLOWED_A_FRAME_OF_SOUND = 100.0 * 200 / FPS;

    @TempDir
    private Path work;

    private record Held(int threads, int fds, long megabytes) {
        static Held of(long pid) throws IOException {
            Path proc = Path.of("/proc", Long.toString(pid));
            List<String> status = Files.readAllLines(proc.resolve("status"));
            try (Stream<Path> fds = Files.list(proc.resolve("fd"))) {
                return new Held((int) number(status, "Threads:"), (int) fds.count(), number(status, "VmRSS:") / 1024);
            }
        }

        private static long number(List<String> status, String name) {
            String line = status.stream().filter(l -> l.startsWith(name)).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", ""));
        }
    }

    @Test
    void shouldHoldNoMoreAfterManyReconnects() throws Exception {
        try (HostProcess host = HostProcess.testcard(work);
                StreamingClient client = host.pairedClient("returns")) {
            long pid = host.process().pid();
            Streams.passed(client, Streams.plain(1).duration(CYCLE).cycles(WARM_CYCLES));
            host.awaitStreaming(0);
            Held before = Held.of(pid);

            StreamReport report = client.stream(Streams.plain(1).duration(CYCLE).cycles(CYCLES).build());

            Streams.mustPass(report);
            host.awaitStreaming(0);
            String figures = before + " -> " + Held.of(pid);
            System.out.println("held after " + CYCLES + " reconnects: " + figures);
            Await.until("threads and file descriptors as before: " + figures, Duration.ofSeconds(10), () -> {
                Held after = Held.of(pid);
                return after.threads() <= before.threads() + SPARE_THREADS && after.fds() <= before.fds() + SPARE_FDS;
            });
            assertTrue(Held.of(pid).megabytes() <= before.megabytes() + SPARE_MEGABYTES, figures);
            client.quit();
        }
    }

    @Test
    void shouldAllocateNothingPerFrame() throws Exception {
        try (HostProcess host = HostProcess.testcard(work);
                StreamingClient client = host.pairedClient("steady")) {
            CompletableFuture<StreamReport> stream = Streams.inBackground(client, Streams.plain(60).fps(FPS));
            host.awaitFrames(WARM_FRAMES, stream);
            Map<String, Long> before = allocated(host);
            long first = host.framesSent();
            host.awaitFrames(WARM_FRAMES + STEADY_FRAMES, stream);
            long frames = host.framesSent() - first;
            Map<String, Long> after = allocated(host);
            client.quit();

            Map<String, Double> perFrame = new TreeMap<>();
            before.forEach((thread, bytes) -> perFrame.put(thread, (after.get(thread) - bytes) / (double) frames));
            System.out.println("bytes allocated per frame over " + frames + " frames: " + perFrame);
            assertTrue(perFrame.keySet().stream().anyMatch(t -> t.endsWith("-video")), perFrame::toString);
            perFrame.forEach((thread, bytes) -> assertTrue(
                    bytes <= (thread.endsWith("-audio") ? ALLOWED_A_FRAME_OF_SOUND : ALLOWED_A_FRAME), perFrame::toString));
        }
    }

    /** By thread, those of the session's media path. */
    private static Map<String, Long> allocated(HostProcess host) throws IOException {
        Map<String, Long> session = new TreeMap<>();
        ((Map<?, ?>) host.sessions().get("threads")).forEach((name, bytes) -> {
            if (name.toString().matches("lumen-.*-(video|send|audio|card)")) {
                session.put(name.toString(), ((Number) bytes).longValue());
            }
        });
        return session;
    }
}
