package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import lumen.posix.ChildProcess;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.ImportOffer;
import lumen.spi.InputSink;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the backend does with a real sway. Not run by itself: {@link SwayTest} gives it an ordinary user. */
class SwayScenarios {
    /** sway's own background: a quarter of white, rounded down by pixman, in sway 1.7; black in sway 1.12. */
    private static final Set<Integer> BACKGROUNDS = Set.of(0x3f3f3f, 0);
    private static final List<ImportOffer> MEMORY = Stream.of(PixelFormat.values())
            .map(f -> new ImportOffer(ImportOffer.Transport.MEMORY, f, 0)).toList();

    @TempDir
    Path folder;
    private TestHost host;
    private final AtomicInteger signals = new AtomicInteger();

    @BeforeEach
    void host() {
        host = new TestHost(folder);
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertTrue(host.journalled.isEmpty(), () -> "in the journal: " + host.journalled);
        assertTrue(host.changes.isEmpty(), () -> "nothing of the user's is changed: " + host.changes);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.filter(f -> f.getFileName().toString().startsWith("sway-")).toList());
        }
    }

    private SwayDisplay display(int width, int height, int milliHz) {
        return (SwayDisplay) new SwayProvider().create(
                DisplayRequest.of(new DisplayMode(width, height, milliHz), "test"), host);
    }

    private Capturer capture(SwayDisplay display) {
        Capturer capturer = new OutputCapturerProvider().open(display.source(), display.mode(), signals::incrementAndGet);
        capturer.offer(MEMORY);
        return capturer;
    }

    private InputSink input(SwayDisplay display) {
        return new WlrInputProvider().open(display.input().orElseThrow(), display.mode());
    }

    private static Path socket(SwayDisplay display) {
        return ((lumen.spi.FrameSource.WaylandOutput) display.source()).socket();
    }

    static boolean eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    /** Polls and releases until a frame passes. */
    private static void awaitFrame(Capturer capturer, Predicate<CapturedFrame> wanted, String what) {
        assertTrue(eventually(() -> {
            CapturedFrame frame = capturer.poll();
            if (frame == null) {
                return false;
            }
            try {
                return wanted.test(frame);
            } finally {
                frame.release();
            }
        }), what);
    }

    private static int pixel(CapturedFrame frame, int x, int y) {
        BufferSlot.Memory slot = (BufferSlot.Memory) frame.slot();
        return slot.pixels().get(ValueLayout.JAVA_INT, (long) y * slot.stride() + x * 4L) & 0xff_ffff;
    }

    private static boolean filled(CapturedFrame frame, int colour) {
        int w = frame.slot().width();
        int h = frame.slot().height();
        return pixel(frame, 0, 0) == colour && pixel(frame, w - 1, 0) == colour && pixel(frame, 0, h - 1) == colour
                && pixel(frame, w - 1, h - 1) == colour && pixel(frame, w / 2, h / 2) == colour;
    }

    private static void awaitEvent(ColourWindow window, String event) {
        assertTrue(eventually(() -> window.events.contains(event)), () -> event + " not in " + window.events);
    }

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
    void everySizeIsExactAndTheFirstFrameComesAtOnceThoughNothingMoves() {
        int[][] modes = {{1280, 720, 60_000}, {1366, 768, 59_940}, {1001, 701, 120_000}, {3840, 2160, 30_000}};
        for (int[] m : modes) {
            long begin = System.nanoTime();
            try (SwayDisplay display = display(m[0], m[1], m[2])) {
                long up = System.nanoTime();
                assertEquals(m[0], display.mode().width());
                assertEquals(m[1], display.mode().height());
                assertTrue(Math.abs(m[2] - display.mode().refreshMilliHz()) <= 1, display.mode().toString());
                assertEquals(1, host.journalled.size());
                assertTrue(host.journalled.containsKey(display.pid()));
                try (Capturer capturer = capture(display)) {
                    CapturedFrame[] first = new CapturedFrame[1];
                    assertTrue(eventually(() -> (first[0] = capturer.poll()) != null));
                    long seen = System.nanoTime();
                    CapturedFrame frame = first[0];
                    assertEquals(m[0], frame.slot().width());
                    assertEquals(m[1], frame.slot().height());
                    assertTrue(BACKGROUNDS.stream().anyMatch(colour -> filled(frame, colour)), () -> Integer.toHexString(pixel(frame, 1, 1)));
                    assertEquals(m[0], frame.damage().width());
                    assertEquals(m[1], frame.damage().height());
                    assertTrue(Math.abs(seen - frame.timestampNanos()) < 5_000_000_000L, "CLOCK_MONOTONIC");
                    assertTrue(signals.getAndSet(0) >= 1);
                    frame.release();
                    System.out.println("FIGURE\t" + display.mode() + ": sway up " + (up - begin) / 1_000_000
                            + " ms, first frame " + (seen - up) / 1_000_000 + " ms later");
                }
            }
        }
    }

    @Test
    void anImpossibleModeIsRefusedWithTheNearestPossibleOne() {
        BackendException e = assertThrows(BackendException.class, () -> display(9000, 5, 1_000_000));
        assertTrue(e.getMessage().contains("8192x16@500"), e.getMessage());
    }

    @Test
    void anotherProtocolOrFormatIsRefusedByName() {
        try (SwayDisplay display = display(320, 200, 60_000); Capturer capturer = capture(display)) {
            BackendException e = assertThrows(BackendException.class, () -> capturer.offer(
                    List.of(new ImportOffer(ImportOffer.Transport.DMABUF, PixelFormat.XRGB8888, 0))));
            assertTrue(e.getMessage().contains("no memory frames"), e.getMessage());
            assertThrows(BackendException.class, () -> new OutputCapturerProvider().open(
                    new lumen.spi.FrameSource.WaylandOutput(socket(display), "DP-9"), display.mode(), () -> { }));
        }
    }

    @Test
    void damageIsWhatAWindowHasChanged() throws Exception {
        try (SwayDisplay display = display(640, 480, 60_000); Capturer capturer = capture(display);
                ColourWindow window = new ColourWindow(socket(display), 0x112233)) {
            awaitFrame(capturer, f -> filled(f, 0x112233), "the window");
            // On a busy machine the compositor's own late repaints may be merged into the first frame.
            Set<String> seen = new TreeSet<>();
            for (int attempt = 0; attempt < 10 && !seen.contains("100,50 30x20"); attempt++) {
                int colour = 0xff8000 + attempt;
                window.paint(colour, 100, 50, 30, 20);
                awaitFrame(capturer, f -> {
                    if (pixel(f, 100, 50) != colour) {
                        return false;
                    }
                    seen.add(f.damage().x() + "," + f.damage().y() + " " + f.damage().width() + "x" + f.damage().height());
                    assertEquals(colour, pixel(f, 129, 69));
                    assertEquals(0x112233, pixel(f, 130, 70));
                    return true;
                }, "the painted part");
            }
            assertTrue(seen.contains("100,50 30x20"), seen.toString());
            // Two changes of which the first is never polled: the damage covers both.
            signals.set(0);
            window.paint(0x0000ff, 0, 0, 10, 10);
            assertTrue(eventually(() -> signals.get() > 0));
            signals.set(0);
            window.paint(0x00ff00, 600, 400, 10, 10);
            assertTrue(eventually(() -> signals.get() > 0));
            awaitFrame(capturer, f -> {
                assertEquals("0,0 610x410", f.damage().x() + "," + f.damage().y() + " " + f.damage().width() + "x"
                        + f.damage().height());
                return true;
            }, "both");
        }
    }

    @Test
    void aResizeGivesFramesOfTheNewSize() throws Exception {
        try (SwayDisplay display = display(640, 480, 60_000); Capturer capturer = capture(display);
                ColourWindow window = new ColourWindow(socket(display), 0x336699)) {
            awaitFrame(capturer, f -> filled(f, 0x336699), "the window");
            assertTrue(display.tryResize(new DisplayMode(801, 603, 75_000)));
            assertEquals(new DisplayMode(801, 603, 75_000), display.mode());
            awaitEvent(window, "configured 801x603");
            awaitFrame(capturer, f -> f.slot().width() == 801 && f.slot().height() == 603 && filled(f, 0x336699), "801x603");
            assertFalse(display.tryResize(new DisplayMode(10_000, 480, 60_000)));
            assertEquals(new DisplayMode(801, 603, 75_000), display.mode());
        }
    }

    @Test
    void aSuspendedCaptureDeliversNothingStaleWhenItResumes() throws Exception {
        try (SwayDisplay display = display(320, 200, 60_000); Capturer capturer = capture(display);
                ColourWindow window = new ColourWindow(socket(display), 0x0a0b0c)) {
            awaitFrame(capturer, f -> filled(f, 0x0a0b0c), "the window");
            capturer.active(false);
            window.paint(0x010203, 0, 0, 320, 200);
            capturer.active(true);
            awaitFrame(capturer, f -> filled(f, 0x010203), "a fresh frame");
        }
    }

    @Test
    void twoFramesMayBeHeldWhileNewOnesKeepComing() throws Exception {
        try (SwayDisplay display = display(320, 200, 60_000); Capturer capturer = capture(display);
                ColourWindow window = new ColourWindow(socket(display), 0x000001)) {
            awaitFrame(capturer, f -> filled(f, 0x000001), "the window");
            CapturedFrame[] held = new CapturedFrame[2];
            for (int i = 0; i < 2; i++) {
                int index = i;
                window.paint(0x100 + i, 0, 0, 320, 200);
                assertTrue(eventually(() -> {
                    CapturedFrame f = capturer.poll();
                    if (f == null || filled(f, 0x100 + index)) {
                        held[index] = f;
                    } else {
                        f.release();
                    }
                    return held[index] != null;
                }));
            }
            for (int i = 0; i < 10; i++) {
                int colour = 0x1000 + i;
                window.paint(colour, 0, 0, 320, 200);
                awaitFrame(capturer, f -> filled(f, colour), "frame " + i);
                assertTrue(filled(held[0], 0x100) && filled(held[1], 0x101), "held frames don't change");
            }
            held[0].release();
            held[1].release();
        }
    }

    @Test
    void theCursorIsInThePicture() {
        try (SwayDisplay display = display(320, 200, 60_000); Capturer capturer = capture(display);
                InputSink input = input(display)) {
            awaitFrame(capturer, f -> true, "the first frame");
            // sway 1.12 shows its first pointer with the second motion; real mice send many.
            AtomicInteger moves = new AtomicInteger();
            assertTrue(eventually(() -> {
                input.pointerTo(100 + (moves.incrementAndGet() & 1), 100, 320, 200);
                input.flush();
                CapturedFrame f = capturer.poll();
                if (f == null) {
                    return false;
                }
                try {
                    return cursorShown(f);
                } finally {
                    f.release();
                }
            }), "a cursor at 100,100");
        }
    }

    private static boolean cursorShown(CapturedFrame f) {
        for (int y = 95; y < 130; y++) {
            for (int x = 95; x < 130; x++) {
                if (!BACKGROUNDS.contains(pixel(f, x, y))) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void keysAndModifiersReachAWindow() throws Exception {
        try (SwayDisplay display = display(640, 480, 60_000); InputSink input = input(display);
                ColourWindow window = new ColourWindow(socket(display), 0x112233)) {
            awaitEvent(window, "keyboard enter");
            assertTrue(eventually(() -> window.events.contains("modifiers 0 0 16")), "num lock is on");
            input.key(30, true);
            input.key(30, true);
            input.key(30, false);
            input.key(42, true);
            input.key(3, true);
            input.key(3, false);
            input.key(42, false);
            input.key(58, true);
            input.key(58, false);
            input.key(9999, true);
            input.flush();
            awaitEvent(window, "key 58 0");
            List<String> keys = window.events.stream().filter(e -> e.startsWith("key ")).toList();
            assertEquals(List.of("key 30 1", "key 30 0", "key 42 1", "key 3 1", "key 3 0", "key 42 0", "key 58 1",
                    "key 58 0"), keys);
            awaitEvent(window, "modifiers 1 0 16");
            awaitEvent(window, "modifiers 0 0 18");
        }
    }

    @Test
    void thePointerReachesEveryCornerAndItsButtonsAndWheelArrive() throws Exception {
        try (SwayDisplay display = display(1001, 701, 60_000); InputSink input = input(display);
                ColourWindow window = new ColourWindow(socket(display), 0x112233)) {
            awaitEvent(window, "configured 1001x701");
            awaitEvent(window, "keyboard enter");
            input.pointerTo(500, 300, 1000, 600);
            input.flush();
            awaitEvent(window, "at 500,350");
            input.pointerTo(0, 0, 1920, 1080);
            input.flush();
            awaitEvent(window, "at 0,0");
            input.pointerTo(1920, 1080, 1920, 1080);
            input.flush();
            awaitEvent(window, "at 1000,700");
            input.pointerMove(-10, -20);
            input.flush();
            awaitEvent(window, "at 990,680");
            for (int button = 0x110; button <= 0x114; button++) {
                input.button(button, true);
                input.button(button, false);
                input.flush();
                awaitEvent(window, "button " + button + " 1");
                awaitEvent(window, "button " + button + " 0");
            }
            input.scroll(120, 0);
            input.flush();
            awaitEvent(window, "axis 0 -15.0");
            awaitEvent(window, "notches 0 -1");
            awaitEvent(window, "source 0");
            input.scroll(0, 240);
            input.flush();
            awaitEvent(window, "axis 1 30.0");
            awaitEvent(window, "notches 1 2");
            window.events.clear();
            for (int i = 0; i < 4; i++) {
                input.scroll(-30, 0);
                input.flush();
            }
            awaitEvent(window, "notches 0 1");
            assertEquals(4, window.events.stream().filter(e -> e.equals("axis 0 3.75")).count());
            assertEquals(1, window.events.stream().filter(e -> e.startsWith("notches")).count());
        }
    }

    @Test
    void textReachesATerminalWhateverTheLayoutAndTheHeldKeys() throws Exception {
        TestHost paths = host;
        assumeTrue(SwayProvider.onPath("foot", paths).isPresent(), "foot is not installed");
        Path out = folder.resolve("typed");
        Path ready = folder.resolve("ready");
        String expected = "aé€😀Z~\tq1";
        int length = expected.getBytes(StandardCharsets.UTF_8).length;
        try (SwayDisplay display = display(640, 480, 60_000); InputSink input = input(display)) {
            java.util.Map<String, String> environment = new java.util.HashMap<>(System.getenv());
            environment.putAll(display.environment());
            environment.put("LC_ALL", "C.UTF-8");
            try (ChildProcess foot = ChildProcess.start("foot", List.of("foot", "sh", "-c",
                    "stty raw -echo; touch " + ready + "; head -c " + length + " > " + out), environment, folder,
                    (p, t) -> { })) {
                assertTrue(eventually(() -> Files.exists(ready)), foot::logTail);
                // foot binds the seat before it starts its shell; the focus follows when it is mapped.
                assertTrue(eventually(() -> focused(display)), "focus");
                input.text('a');
                input.text('é');
                input.text('€');
                input.text(0x1F600);
                input.key(29, true);
                input.text('Z');
                input.key(29, false);
                input.text('~');
                input.text('\t');
                input.text(0xD800);
                input.key(16, true);
                input.key(16, false);
                input.key(79, true);
                input.key(79, false);
                input.flush();
                assertTrue(eventually(() -> size(out) >= length), () -> "typed: " + size(out) + " " + foot.logTail());
                assertEquals(expected, Files.readString(out));
            }
        }
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean focused(SwayDisplay display) {
        try {
            Process tree = new ProcessBuilder("swaymsg", "-s", display.environment().get("SWAYSOCK"), "-t", "get_tree")
                    .redirectErrorStream(true).start();
            String json = new String(tree.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return json.contains("\"app_id\": \"foot\"") && json.replaceAll("\\s", "").contains("\"visible\":true");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    @Test
    void aFrameAllocatesNothing() throws Exception {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (SwayDisplay display = display(320, 200, 240_000); Capturer capturer = capture(display);
                ColourWindow window = new ColourWindow(socket(display), 0x000001)) {
            awaitFrame(capturer, f -> filled(f, 0x000001), "the window");
            long capture = ((OutputCapturer) capturer).thread().threadId();
            long self = Thread.currentThread().threadId();
            int colour = 1;
            long captured = -1;
            long polled = -1;
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            int frames = 0;
            while ((captured != 0 || polled != 0) && System.nanoTime() < deadline) {
                long captureBefore = threads.getThreadAllocatedBytes(capture);
                polled = 0;
                for (int i = 0; i < 200; i++, frames++) {
                    window.paint(++colour, 0, 0, 8, 8);
                    polled += pollOne(capturer, threads, self);
                }
                captured = threads.getThreadAllocatedBytes(capture) - captureBefore;
            }
            System.out.println("FIGURE\tbytes allocated over 200 frames: capture thread " + captured + ", poll " + polled
                    + " (after " + frames + " frames)");
            assertEquals(0, captured, "capture thread");
            assertEquals(0, polled, "poll");
        }
    }

    private static long pollOne(Capturer capturer, com.sun.management.ThreadMXBean threads, long self) {
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (System.nanoTime() < deadline) {
            long before = threads.getThreadAllocatedBytes(self);
            CapturedFrame frame = capturer.poll();
            if (frame != null) {
                frame.release();
                return threads.getThreadAllocatedBytes(self) - before;
            }
            LockSupport.parkNanos(200_000);
        }
        throw new AssertionError("no frame");
    }
}
