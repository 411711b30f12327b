package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import lumen.client.InputScript;
import lumen.client.StreamOptions;
import lumen.client.StreamingClient;
import lumen.client.report.CycleReport;
import lumen.client.report.StreamReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every compositor for real: a window with the test card on a virtual output of the client's size, seen by a client that
 * verifies each picture, and driven by its input.
 */
@Tag("rig")
@Timeout(180)
class DesktopStreamTest {
    private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(10);

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

    private void serve(String compositor, String... settings) throws Exception {
        // gamescope's fullscreen windows have a size of gamescope's own choice.
        Files.writeString(folder.resolve("lumen.conf"), """
                apps = [
                  { title = "Card", command = [%s] }
                  { title = "Odd card", command = [%s] }
                  { title = "Desktop" }
                ]
                """.formatted(words(TestWindow.command()), words(TestWindow.command("--size", "1367x771"))));
        List<String> all = new ArrayList<>(List.of("display.source=virtual", "display.compositor=" + compositor));
        all.addAll(List.of(settings));
        Map<String, String> environment = desktop != null ? desktop.environment()
                : compositor.equals("gamescope") ? Desktop.gamescopeEnvironment() : Map.of();
        host = HostProcess.start(Product.ROOT, folder, List.of(), environment, all);
        client = host.pairedClient("tv");
    }

    private static String words(List<String> command) {
        return command.stream().map(word -> '"' + word + '"').collect(Collectors.joining(", "));
    }

    /** What a stream of a window is asked to be; a software renderer may leave out most pictures. */
    private static StreamOptions.Builder window(String app, int width, int height) {
        return StreamOptions.builder().app(app).size(width, height).fps(30).duration(Duration.ofSeconds(5)).verify(true)
                .silent(true).settling(Duration.ofSeconds(20)).maxSkipped(0.95).expectMinFrames(30)
                .dumpPicture(Path.of(System.getProperty("java.io.tmpdir"), "last-" + width + ".png"));
    }

    /** Streams and, meanwhile, asks the host what serves it. */
    private CycleReport stream(int width, int height, String... served) throws Exception {
        return stream("Card", width, height, served);
    }

    private CycleReport stream(String app, int width, int height, String... served) throws Exception {
        // The host may see the client leave a little later than the client does.
        host.awaitStreaming(0);
        CompletableFuture<StreamReport> report = Streams.inBackground(client, window(app, width, height)
                .input(InputScript.parse(List.of("1000 pos 10 20 %d %d".formatted(width, height), "1100 btn 1 down",
                        "1200 key 0x41 down", "1300 key 0x41 up", "1400 btn 1 up"), "script")));
        host.awaitFrames(20, report);
        // First of all: on a busy machine the rest takes longer than the stream. Frames may be of the placeholder.
        Await.until("the capture is of " + String.join(" and ", served), OUTPUT_LIMIT,
                () -> containsAll(host.ofFirst("capture"), served));
        if (desktop != null) {
            Await.until("the output of " + width + "x" + height + " appears", OUTPUT_LIMIT,
                    () -> desktop.outputs().contains(width + "x" + height));
        }
        StreamReport done = report.get();
        Streams.mustPass(done);
        CycleReport cycle = done.cycles().getFirst();
        assertTrue(cycle.picture().lastCounter() > cycle.picture().firstCounter(), "the counter moves");
        assertEquals(30, cycle.picture().lastKey(), "KEY_A reached the window");
        assertEquals(10, cycle.picture().pointerX(), 1, "the pointer reached the window");
        assertEquals(20, cycle.picture().pointerY(), 1);
        return cycle;
    }

    private static boolean containsAll(String text, String[] words) {
        return Arrays.stream(words).allMatch(text::contains);
    }

    private void quit(int width, int height) throws Exception {
        client.quit();
        if (desktop != null) {
            Await.until("the output vanishes", OUTPUT_LIMIT, () -> !desktop.outputs().contains(width + "x" + height));
        }
        assertEquals(0, host.streaming());
    }

    @Test
    void shouldStreamKwin() throws Exception {
        desktop = Desktop.kwin(folder);
        List<String> before = desktop.outputs();
        serve("kwin");
        stream(1600, 900, "PipeWire node", "modifier 0x0, DmaBuf");
        // The client comes back with another size: the app stays, its output does not.
        stream(1367, 771, "PipeWire node", "modifier 0x0, DmaBuf");
        quit(1367, 771);
        assertEquals(before, desktop.outputs());
    }

    @Test
    void shouldStreamMutter() throws Exception {
        desktop = Desktop.mutter(folder);
        serve("mutter");
        stream(1600, 900, "PipeWire node", "MemFd");
        stream(1367, 771, "PipeWire node", "MemFd");
        quit(1367, 771);
        assertEquals(List.of(), desktop.outputs());
    }

    @Test
    void shouldStreamAnOwnSway() throws Exception {
        serve("wlroots");
        stream(1600, 900, "ext-image-copy-capture-v1");
        stream(1367, 771, "ext-image-copy-capture-v1");
        quit(1367, 771);
        try (var left = Files.list(host.runtime())) {
            assertFalse(left.anyMatch(p -> p.getFileName().toString().startsWith("sway-")), "sway's folder is left");
        }
    }

    @Test
    void shouldStreamAnOutputOfTheUsersSway() throws Exception {
        desktop = Desktop.sway(folder);
        List<String> before = desktop.outputs();
        serve("wlroots", "display.join=true");
        stream(1600, 900, "ext-image-copy-capture-v1");
        stream(1367, 771, "ext-image-copy-capture-v1");
        quit(1367, 771);
        assertEquals(before, desktop.outputs());
    }

    @Test
    void shouldStreamGamescope() throws Exception {
        serve("gamescope", "gamescope.arguments=--expose-wayland");
        stream(1280, 720, "PipeWire node", "modifier 0x0, DmaBuf");
        quit(1280, 720);
        stream("Odd card", 1367, 771, "PipeWire node", "modifier 0x0, DmaBuf");
        quit(1367, 771);
    }
}
