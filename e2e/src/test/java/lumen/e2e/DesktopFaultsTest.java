package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import lumen.client.StreamOptions;
import lumen.client.StreamingClient;
import lumen.client.report.CycleReport;
import lumen.client.report.StreamReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compositors, PipeWire and WirePlumber that are killed, paused and restarted under a stream: it recovers or ends with the
 * right code, nothing is left behind, and another client's stream does not notice.
 */
@Tag("rig")
@Timeout(180)
class DesktopFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(3);

    @TempDir
    private Path folder;
    private Desktop desktop;
    private HostProcess host;
    private StreamingClient client;
    private int descriptorsBefore;
    private int threadsBefore;

    @BeforeEach
    void configure() throws Exception {
        Files.writeString(folder.resolve("lumen.conf"), "apps = [ { title = \"Desktop\" }, { title = \"Card\", command = [%s] } ]\n"
                .formatted(TestWindow.command().stream().map(w -> '"' + w + '"').collect(Collectors.joining(", "))));
    }

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
        List<String> all = new ArrayList<>(List.of("display.source=virtual", "display.compositor=" + compositor));
        all.addAll(List.of(settings));
        host = HostProcess.start(Product.ROOT, folder, List.of(), desktop == null ? Map.of() : desktop.environment(), all);
        client = host.pairedClient("tv");
        // The first session loads and compiles; what is left of a later one is a leak.
        Streams.passed(client, desktop(1));
        client.quit();
        host.awaitStreaming(0);
        descriptorsBefore = descriptors();
        threadsBefore = threads();
    }

    private static StreamOptions.Builder desktop(int seconds) {
        return Streams.plain(seconds).app("Desktop");
    }

    private int descriptors() throws Exception {
        try (var files = Files.list(Path.of("/proc", Long.toString(host.process().pid()), "fd"))) {
            return (int) files.count();
        }
    }

    private int threads() throws Exception {
        try (var tasks = Files.list(Path.of("/proc", Long.toString(host.process().pid()), "task"))) {
            return (int) tasks.count();
        }
    }

    /** The counts fall back to what they were; the JVM's own threads and files may come and go by a few. */
    private void assertNothingIsLeft() throws Exception {
        client.quit();
        host.awaitStreaming(0);
        Await.until("descriptors (before: " + descriptorsBefore + ") and threads (" + threadsBefore + ") are given back", LIMIT,
                () -> descriptors() <= descriptorsBefore + 2 && threads() <= threadsBefore + 4);
    }

    /** Frames that are not repeats. */
    private long freshFrames() throws Exception {
        List<?> all = (List<?>) host.sessions().get("sessions");
        Map<?, ?> counters = (Map<?, ?>) ((Map<?, ?>) all.getFirst()).get("frames");
        return counters.get("frames") instanceof Number n ? n.longValue() : 0;
    }

    private static void signal(ProcessHandle process, String name) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor());
    }

    private ProcessHandle child(String program) {
        return host.process().descendants().filter(p -> p.info().command().orElse("").endsWith("/" + program)).findFirst()
                .orElseThrow(() -> new AssertionError(program + " does not run"));
    }

    @Test
    void shouldEndTheStreamOfASwayThatIsKilled() throws Exception {
        serve("wlroots");
        CompletableFuture<StreamReport> stream = Streams.inBackground(client, desktop(60));
        host.awaitFrames(30, stream);
        signal(child("sway"), "KILL");
        CycleReport cycle = Streams.cycle(stream);
        assertTrue(cycle.failures().toString().contains("ended"), () -> cycle.failures().toString());
        assertNothingIsLeft();
        Streams.passed(client, desktop(1));
    }

    @Test
    void shouldGoOnAfterASwayThatWasPaused() throws Exception {
        serve("wlroots");
        CompletableFuture<StreamReport> stream = Streams.inBackground(client, Streams.plain(60).app("Card"));
        host.awaitFrames(30, stream);
        pauseAndExpectMore(child("sway"));
        quitAndExpectNoLoss(stream);
    }

    /** Paused for a while, the stream repeats its last picture; awake again, it has new ones. */
    private void pauseAndExpectMore(ProcessHandle process) throws Exception {
        signal(process, "STOP");
        long paused = System.nanoTime();
        long repeated = host.framesSent();
        Await.until("the stream lives on repeats", LIMIT,
                () -> System.nanoTime() - paused > PAUSE.toNanos() && host.framesSent() > repeated + 30);
        long before = freshFrames();
        signal(process, "CONT");
        Await.until("new pictures", LIMIT, () -> freshFrames() > before + 10);
    }

    /** A process of this session by its name; the rig's session has one of each. */
    private static ProcessHandle service(String name) {
        return ProcessHandle.allProcesses().filter(p -> p.info().command().orElse("").endsWith("/" + name)).findFirst()
                .orElseThrow(() -> new AssertionError(name + " does not run"));
    }

    private static void restart(String name) throws Exception {
        new ProcessBuilder(name).redirectErrorStream(true).redirectOutput(Path.of("/dev/null").toFile()).start();
    }

    /** Streams the bare desktop, does something to it, and expects the stream to run on a new display. */
    private void expectNewDisplay(Fault fault) throws Exception {
        CompletableFuture<StreamReport> stream = Streams.inBackground(client, desktop(60));
        host.awaitFrames(30, stream);
        fault.happen();
        Await.until("a new display", LIMIT, () -> {
            assertFalse(stream.isDone(), "the stream has ended: " + host.log());
            return host.log().contains(": a new display");
        });
        Await.until("it is captured", LIMIT, () -> host.ofFirst("capture").contains("streaming"));
        quitAndExpectNoLoss(stream);
    }

    /** The stream has come so far without a fault: it ends by the client's wish, with the host's friendly word. */
    private void quitAndExpectNoLoss(CompletableFuture<StreamReport> stream) throws Exception {
        assertFalse(stream.isDone(), "the stream has ended: " + host.log());
        assertNothingIsLeft();
        CycleReport cycle = Streams.cycle(stream);
        assertEquals(Streams.GRACEFUL, cycle.termination(), () -> cycle.failures().toString());
        assertEquals(0, cycle.frames().lost() + cycle.frames().failed(), cycle.frames()::toString);
    }

    /** What happens to a compositor. */
    @FunctionalInterface
    private interface Fault {
        void happen() throws Exception;
    }

    @Test
    void shouldMoveToANewKwinAfterTheOldOneWasKilled() throws Exception {
        desktop = Desktop.kwin(folder);
        serve("kwin");
        expectNewDisplay(() -> {
            signal(desktop.process().toHandle(), "KILL");
            desktop.process().waitFor();
            desktop = Desktop.kwin(folder);
        });
    }

    @Test
    void shouldMoveToANewMutterAfterTheOldOneWasKilled() throws Exception {
        desktop = Desktop.mutter(folder);
        serve("mutter");
        expectNewDisplay(() -> {
            signal(desktop.process().toHandle(), "KILL");
            desktop.process().waitFor();
            desktop = Desktop.mutter(folder);
        });
    }

    @Test
    void shouldGoOnAfterAKwinThatWasPaused() throws Exception {
        desktop = Desktop.kwin(folder);
        serve("kwin");
        CompletableFuture<StreamReport> stream = Streams.inBackground(client, Streams.plain(60).app("Card"));
        host.awaitFrames(60, stream);
        pauseAndExpectMore(desktop.process().toHandle());
        quitAndExpectNoLoss(stream);
    }

    @Test
    void shouldGoOnAfterWireplumberWasKilled() throws Exception {
        desktop = Desktop.mutter(folder);
        serve("mutter");
        CompletableFuture<StreamReport> stream = Streams.inBackground(client, Streams.plain(60).app("Card"));
        host.awaitFrames(60, stream);
        ProcessHandle wireplumber = service("wireplumber");
        signal(wireplumber, "KILL");
        wireplumber.onExit().get();
        // The links are WirePlumber's own and go with it; the picture stands still meanwhile.
        long repeated = host.framesSent();
        Await.until("the stream lives on repeats", LIMIT, () -> host.framesSent() > repeated + 30);
        restart("wireplumber");
        long before = freshFrames();
        Await.until("new pictures", LIMIT, () -> freshFrames() > before + 10);
        quitAndExpectNoLoss(stream);
    }

    private static void restartPipewire() throws Exception {
        ProcessHandle wireplumber = service("wireplumber");
        ProcessHandle pipewire = service("pipewire");
        signal(pipewire, "KILL");
        pipewire.onExit().get();
        // It can't live without; one that lingers would be the new daemon's.
        wireplumber.destroyForcibly();
        wireplumber.onExit().get();
        restart("pipewire");
        Await.until("PipeWire listens", LIMIT, () -> {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                return channel.connect(UnixDomainSocketAddress.of(Path.of(System.getenv("XDG_RUNTIME_DIR"), "pipewire-0")));
            } catch (IOException e) {
                return false;
            }
        });
        restart("wireplumber");
    }

    @Test
    void shouldMoveToANewMutterAfterPipewireWasKilled() throws Exception {
        desktop = Desktop.mutter(folder);
        serve("mutter");
        expectNewDisplay(() -> {
            restartPipewire();
            // Mutter 50 does not survive the end of its PipeWire.
            assertTrue(desktop.process().waitFor(20, TimeUnit.SECONDS), "Mutter survives: this test can expect more of it");
            desktop = Desktop.mutter(folder);
        });
    }

    @Test
    void shouldMoveToANewNodeOfKwinAfterPipewireWasKilled() throws Exception {
        desktop = Desktop.kwin(folder);
        serve("kwin");
        expectNewDisplay(DesktopFaultsTest::restartPipewire);
    }

    @Test
    void shouldEndOnlyTheSessionWhoseCompositorIsKilled() throws Exception {
        serve("wlroots");
        try (StreamingClient other = host.pairedClient("laptop")) {
            CompletableFuture<StreamReport> first = Streams.inBackground(client, desktop(60));
            host.awaitFrames(10, first);
            ProcessHandle sway = child("sway");
            CompletableFuture<StreamReport> second = Streams.inBackground(other, Streams.plain(8).app("Card"));
            host.awaitStreaming(2);
            signal(sway, "KILL");
            Streams.cycle(first);
            Streams.mustPass(second.get());
            other.quit();
        }
        assertNothingIsLeft();
    }
}
