package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lumen.client.StreamOptions;
import lumen.client.StreamingClient;
import lumen.client.report.StreamReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real compositors' dmabufs through the GPU importers, on Mesa's software drivers: all that a GPU would do but the
 * silicon. The pictures are verified by the client.
 */
@Tag("vm")
@Timeout(300)
class ZerocopyStreamTest {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 450;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Desktop desktop;
    private HostProcess host;
    private StreamingClient client;

    @AfterEach
    void stop() throws Exception {
        if (client != null) {
            client.close();
        }
        if (host != null) {
            host.close();
        }
        if (desktop != null) {
            desktop.close();
        }
    }

    private void serve(String compositor, Map<String, String> environment, String... settings) throws Exception {
        Files.writeString(folder.resolve("lumen.conf"), "apps = [ { title = \"Card\", command = [%s] } ]\n".formatted(
                TestWindow.command("--rate", "2", "--size", WIDTH + "x" + HEIGHT).stream().map(w -> '"' + w + '"')
                        .collect(Collectors.joining(", "))));
        List<String> all = Stream.concat(Stream.of("display.source=virtual", "display.compositor=" + compositor,
                "plugins.probe-timeout-ms=30000"), Stream.of(settings)).toList();
        host = HostProcess.start(Product.ROOT, folder, List.of(), environment, all);
        client = host.pairedClient("tv");
    }

    private CompletableFuture<StreamReport> stream(int seconds) {
        return Streams.inBackground(client, StreamOptions.builder().app("Card").size(WIDTH, HEIGHT).fps(10)
                .duration(Duration.ofSeconds(seconds)).verify(true).silent(true).settling(Duration.ofSeconds(seconds - 5)).maxSkipped(1)
                .expectMinFrames(5));
    }

    private String of(String key) throws IOException {
        List<?> sessions = (List<?>) host.sessions().get("sessions");
        return sessions.isEmpty() ? "" : String.valueOf(((Map<?, ?>) sessions.getFirst()).get(key));
    }

    private void through(String importer) throws Exception {
        CompletableFuture<StreamReport> report = stream(40);
        host.awaitFrames(5, report);
        Await.until("frames through " + importer, LIMIT, () -> of("importer").equals(importer + " into system memory"));
        assertTrue(of("capture").contains("modifier 0x0, DmaBuf"), of("capture"));
        StreamReport done = report.get();
        assertTrue(done.passed(), done::json);
    }

    @Test
    void shouldStreamKwinThroughVulkan() throws Exception {
        desktop = Desktop.kwin(folder);
        serve("kwin", desktop.environment(), "video.zerocopy=require", "video.importers=zerocopy-vulkan");
        through("zerocopy-vulkan");
    }

    @Test
    void shouldStreamKwinThroughEgl() throws Exception {
        desktop = Desktop.kwin(folder);
        serve("kwin", desktop.environment(), "video.zerocopy=require", "video.importers=zerocopy-egl");
        through("zerocopy-egl");
    }

    @Test
    void shouldStreamGamescopeThroughVulkan() throws Exception {
        serve("gamescope", Desktop.gamescopeEnvironment(), "gamescope.arguments=--expose-wayland", "video.zerocopy=require",
                "video.importers=zerocopy-vulkan");
        through("zerocopy-vulkan");
    }

    @Test
    void shouldStreamGamescopeThroughEgl() throws Exception {
        serve("gamescope", Desktop.gamescopeEnvironment(), "gamescope.arguments=--expose-wayland", "video.zerocopy=require",
                "video.importers=zerocopy-egl");
        through("zerocopy-egl");
    }

    /** One importer after the other fails in mid-stream; the picture goes on, and nothing of them stays. */
    @Test
    void shouldGoDownTheLadderInMidStream() throws Exception {
        desktop = Desktop.kwin(folder);
        serve("kwin", desktop.environment(), "video.importers=zerocopy-vulkan,zerocopy-egl,cpu-fallback",
                "video.import-faults=zerocopy-vulkan:copy@15,zerocopy-egl:transfer@30");
        CompletableFuture<StreamReport> report = stream(60);
        host.awaitFrames(3, report);
        Await.until("frames of the last importer", LIMIT, () -> of("importer").equals("cpu-fallback into system memory"));
        Map<?, ?> frames = (Map<?, ?>) ((Map<?, ?>) ((List<?>) host.sessions().get("sessions")).getFirst()).get("frames");
        assertEquals(2L, ((Number) frames.get("importer-failed")).longValue(), frames::toString);
        StreamReport done = report.get();
        assertTrue(done.passed(), done::json);
        assertEquals(0, done.cycles().getFirst().frames().lost(), done::json);
        String log = host.log();
        assertTrue(log.contains("importer zerocopy-vulkan failed at step copy of frame 15: rehearsed failure"), log);
        assertTrue(log.contains("importer zerocopy-egl failed at step transfer of frame 30: rehearsed failure"), log);
    }
}
