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
 * Compositors on a kernel with real dmabufs: what they hand over is one, linear, and the client sees the right pixels,
 * whichever importer brings them: Vulkan, then EGL, then the CPU, since the first two are made to fail in mid-stream. The
 * drivers are Mesa's for software. The machine is slow: few frames are asked of it, and a lot of patience.
 */
@Tag("vm")
@Timeout(280)
class DmabufStreamTest {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;

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

    private void stream(String compositor, Map<String, String> environment, String... settings) throws Exception {
        Files.writeString(folder.resolve("lumen.conf"), "apps = [ { title = \"Card\", command = [%s] } ]\n".formatted(
                TestWindow.command("--rate", "2", "--size", WIDTH + "x" + HEIGHT).stream().map(w -> '"' + w + '"')
                        .collect(Collectors.joining(", "))));
        List<String> all = Stream.concat(Stream.of("display.source=virtual", "display.compositor=" + compositor,
                "plugins.probe-timeout-ms=60000", "video.importers=zerocopy-vulkan,zerocopy-egl,cpu-fallback",
                "video.import-faults=zerocopy-vulkan:copy@8,zerocopy-egl:transfer@16"), Stream.of(settings)).toList();
        host = HostProcess.start(Product.ROOT, folder, List.of(), environment, all);
        client = host.pairedClient("tv");
        CompletableFuture<StreamReport> report = Streams.inBackground(client, StreamOptions.builder().app("Card").size(WIDTH, HEIGHT)
                .fps(10).duration(Duration.ofSeconds(40)).verify(true).silent(true).settling(Duration.ofSeconds(40)).maxSkipped(1)
                .expectMinFrames(5));
        host.awaitFrames(5, report);
        Await.until("a linear dmabuf is negotiated", Duration.ofSeconds(60), () -> host.ofFirst("capture").contains("modifier 0x0, DmaBuf"));
        Await.until("the host holds kernel dmabufs", Duration.ofSeconds(60), () -> dmabufs() > 0);
        Await.until("frames of the last importer", Duration.ofSeconds(60), () -> host.ofFirst("importer").equals("cpu-fallback into system memory"));
        StreamReport done = report.get();
        Streams.mustPass(done);
        assertEquals(0, done.cycles().getFirst().frames().lost(), done::json);
        client.quit();
        Await.until("no dmabuf is left", Duration.ofSeconds(30), () -> dmabufs() == 0);
        String log = host.log();
        assertTrue(log.contains("importer zerocopy-vulkan failed at step copy of frame 8: rehearsed failure"), log);
        assertTrue(log.contains("importer zerocopy-egl failed at step transfer of frame 16: rehearsed failure"), log);
    }

    /**
     * Descriptors of the host that the kernel calls dmabufs, and that are as large as a picture: Mesa keeps one of a page for
     * itself. What the rig's shims hand out are none.
     */
    private long dmabufs() throws IOException {
        Path process = Path.of("/proc", Long.toString(host.process().pid()));
        try (Stream<Path> fds = Files.list(process.resolve("fd"))) {
            return fds.filter(fd -> {
                try {
                    return Files.readSymbolicLink(fd).toString().startsWith("/dmabuf:") && Files.readAllLines(process.resolve("fdinfo")
                            .resolve(fd.getFileName())).stream().filter(l -> l.startsWith("size:"))
                            .anyMatch(l -> Long.parseLong(l.substring(5).strip()) >= WIDTH * HEIGHT * 4L);
                } catch (IOException e) {
                    return false; // closed meanwhile
                }
            }).count();
        }
    }

    @Test
    void shouldStreamKwinsDmabufs() throws Exception {
        desktop = Desktop.kwin(folder);
        stream("kwin", desktop.environment());
    }

    @Test
    void shouldStreamGamescopesDmabufs() throws Exception {
        stream("gamescope", Desktop.gamescopeEnvironment(), "gamescope.arguments=--expose-wayland");
    }
}
