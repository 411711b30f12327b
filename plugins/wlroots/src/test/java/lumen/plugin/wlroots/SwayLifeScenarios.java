package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.InputSink;
import lumen.spi.Probe;
import org.junit.jupiter.api.Test;

/** How a real sway comes, goes, and is lost. Not run by itself: {@link SwayTest} gives it an ordinary user. */
class SwayLifeScenarios extends SwayScenario {
    @Test
    void theProbeIsQuickAndSaysWhatItFound() throws IOException {
        long begin = System.nanoTime();
        Probe probe = new SwayProvider().probe(host);
        long millis = (System.nanoTime() - begin) / 1_000_000;
        System.out.println("FIGURE\tprobe " + millis + " ms");
        assertInstanceOf(Probe.Available.class, probe);
        assertTrue(probe.evidence().getFirst().value().contains("/sway "), probe.toString());
        assertTrue(millis < 200, millis + " ms");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void anImpossibleModeIsRefusedWithTheNearestPossibleOne() {
        BackendException e = assertThrows(BackendException.class, () -> display(9000, 5, 1_000_000));
        assertTrue(e.getMessage().contains("8192x16@500"), e.getMessage());
    }

    @Test
    void aKilledCompositorEndsCaptureWithAReasonAndInputInSilence() throws Exception {
        try (SwayDisplay display = display(640, 480, 60_000); Capturer capturer = capture(display);
                InputSink input = input(display)) {
            awaitFrame(capturer, f -> true, "the first frame");
            signals.set(0);
            assertTrue(display.alive());
            long begin = System.nanoTime();
            ProcessHandle.of(display.pid()).orElseThrow().destroyForcibly();
            BackendException[] reason = new BackendException[1];
            assertTrue(eventually(() -> {
                try {
                    CapturedFrame f = capturer.poll();
                    if (f != null) {
                        f.release();
                    }
                    return false;
                } catch (BackendException e) {
                    reason[0] = e;
                    return true;
                }
            }));
            System.out.println("FIGURE\tcompositor killed: noticed after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
            assertTrue(reason[0].getMessage().contains("HEADLESS-1"), reason[0].getMessage());
            assertTrue(eventually(() -> signals.get() > 0), "the video thread is woken");
            assertTrue(eventually(() -> !display.alive()));
            assertFalse(display.tryResize(new DisplayMode(800, 600, 60_000)));
            input.key(30, true);
            input.text('x');
            input.pointerTo(1, 1, 2, 2);
            input.scroll(120, 120);
            input.flush();
            input.flush();
        }
    }

    @Test
    void aStoppedCompositorHoldsNobodyUp() throws Exception {
        try (SwayDisplay display = display(640, 480, 60_000)) {
            try (Capturer capturer = capture(display)) {
                awaitFrame(capturer, f -> true, "the first frame");
                new ProcessBuilder("kill", "-STOP", Long.toString(display.pid())).start().waitFor();
                long begin = System.nanoTime();
                CapturedFrame frame = capturer.poll();
                if (frame != null) {
                    frame.release();
                }
                assertTrue(System.nanoTime() - begin < 1_000_000_000L);
            }
        }
    }

    @Test
    void closingLeavesNoProcessNoDescriptorAndNoFile() throws Exception {
        once();
        long before = descriptors();
        for (int i = 0; i < 3; i++) {
            once();
        }
        assertTrue(eventually(() -> descriptors() <= before), () -> before + " descriptors before, now " + descriptors());
        assertTrue(eventually(() -> ProcessHandle.current().descendants().noneMatch(ProcessHandle::isAlive)));
    }

    private void once() throws Exception {
        SwayDisplay display = display(640, 480, 60_000);
        long pid = display.pid();
        Capturer capturer = capture(display);
        InputSink input = input(display);
        try (ColourWindow window = new ColourWindow(socket(display), 0x112233)) {
            awaitFrame(capturer, f -> filled(f, 0x112233), "the window");
        }
        input.close();
        input.close();
        capturer.close();
        capturer.close();
        long begin = System.nanoTime();
        display.close();
        display.close();
        System.out.println("FIGURE\tdisplay closed in " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        assertFalse(display.alive());
        assertTrue(ProcessHandle.of(pid).isEmpty());
    }

    private static long descriptors() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aKilledHostLeavesNoSwayBehind() throws Exception {
        Process doomed = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                DoomedHost.class.getName(), Files.createDirectory(folder.resolve("d")).toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(doomed.getInputStream()))) {
            long sway = Long.parseLong(out.readLine());
            assertTrue(ProcessHandle.of(sway).isPresent());
            doomed.destroyForcibly();
            assertTrue(doomed.waitFor(10, TimeUnit.SECONDS));
            assertTrue(eventually(() -> !running(sway)));
        } finally {
            doomed.destroyForcibly();
        }
    }

    /** A zombie that nobody reaps in a container doesn't run. */
    private static boolean running(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    /** Opens a display and waits to be killed. */
    static final class DoomedHost {
        public static void main(String[] args) throws Exception {
            SwayDisplay display = (SwayDisplay) new SwayProvider().create(
                    DisplayRequest.of(DisplayMode.of(640, 480, 60), "d"), new TestHost(Path.of(args[0])));
            System.out.println(display.pid());
            Thread.currentThread().join();
        }
    }
}
