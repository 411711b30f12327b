package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import lumen.card.CardState;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.InputSink;
import lumen.spi.VirtualDisplay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An own sway of a version with {@code ext-image-copy-capture-v1}, showing the test card. */
@Tag("rig")
class SwayRigTest {
    @TempDir
    Path folder;
    private RigScene scene;

    @BeforeEach
    void open() {
        scene = new RigScene(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        scene.close();
    }

    @ParameterizedTest
    @CsvSource({"1600,900", "1367,771"})
    void theCardArrivesExactlyAndInputReachesIt(int width, int height) throws Exception {
        long begin = System.nanoTime();
        try (VirtualDisplay display = scene.display(width, height); Capturer capturer = scene.capture(display)) {
            assertEquals(DisplayMode.of(width, height, 60), display.mode());
            RigScene.eventually(() -> capturer.counters().get("frames") > 0, "the first frame, of nothing");
            System.out.println("FIGURE\town sway " + display.mode() + ": first frame " + (System.nanoTime() - begin) / 1_000_000
                    + " ms after the request");
            try (InputSink input = scene.input(display); TestWindow window = RigScene.window(display)) {
                CardPicture.moves(capturer, width, height);
                assertEquals("ext-image-copy-capture-v1, " + width + "x" + height + " XRGB8888 in shared memory", capturer.state());
                input.key(30, true);
                input.key(30, false);
                input.pointerTo(width / 2, height / 2, width, height);
                input.button(272, true);
                input.flush();
                CardPicture.await(capturer, width, height, s -> s.lastKey() == 30 && s.buttons() == 1
                        && s.pointerX() == width / 2 && s.pointerY() == height / 2, "key, button and pointer on the card");
                assertTrue(window.events.contains("key 30 1") && window.events.contains("button 272 1"), window.events.toString());
            }
        }
        assertFalse(scene.gone.isEmpty(), "importers forget the slots of a closed capture");
    }

    @Test
    void theOlderProtocolShowsTheSame() throws Exception {
        try (VirtualDisplay display = scene.display(1367, 771);
                Capturer capturer = OutputCapturer.start(RigScene.source(display), scene, true);
                TestWindow window = RigScene.window(display)) {
            capturer.offer(RigScene.MEMORY);
            CardPicture.moves(capturer, 1367, 771);
            assertEquals("wlr-screencopy-v1, 1367x771 XRGB8888 in shared memory", capturer.state());
            assertTrue(window.events.contains("configured 1367x771"));
        }
    }

    @Test
    void theModeChangesInMidStream() throws Exception {
        try (VirtualDisplay display = scene.display(1280, 720); Capturer capturer = scene.capture(display);
                TestWindow window = RigScene.window(display)) {
            CardPicture.moves(capturer, 1280, 720);
            for (int[] mode : new int[][] {{1023, 601}, {1600, 900}, {1280, 720}}) {
                assertTrue(display.tryResize(DisplayMode.of(mode[0], mode[1], 60)));
                CardPicture.moves(capturer, mode[0], mode[1]);
                assertTrue(window.events.contains("configured " + mode[0] + "x" + mode[1]), window.events.toString());
            }
            assertTrue(capturer.counters().get("reshaped") >= 3, capturer.counters().toString());
            assertTrue(scene.gone.size() >= 3, "importers forget the slots of the old sizes");
        }
    }

    @Test
    void aStaticScreenIsCapturedAtOnceEachTimeTheCaptureBegins() throws Exception {
        try (VirtualDisplay display = scene.display(800, 600);
                TestWindow window = TestWindow.withPointer(RigScene.source(display).socket(), "HEADLESS-1")) {
            RigScene.eventually(() -> window.events.contains("frame 0"), window.events.toString());
            try (Capturer capturer = scene.capture(display)) {
                int shown = CardPicture.await(capturer, 800, 600, s -> true, "the still card").state().counter();
                capturer.active(false);
                long frames = capturer.counters().get("frames");
                capturer.active(true);
                CardState again = CardPicture.await(capturer, 800, 600, s -> true, "the still card again").state();
                assertEquals(shown, again.counter());
                assertTrue(capturer.counters().get("frames") > frames);
                assertTrue(capturer.keepable());
            }
        }
    }

    @Test
    void thePointerIsPartOfThePicture() throws Exception {
        try (VirtualDisplay display = scene.display(800, 600); Capturer capturer = scene.capture(display);
                InputSink input = scene.input(display);
                TestWindow window = TestWindow.withPointer(RigScene.source(display).socket(), "HEADLESS-1")) {
            RigScene.eventually(() -> window.events.contains("frame 0"), window.events.toString());
            AtomicInteger moves = new AtomicInteger();
            RigScene.eventually(() -> {
                int x = 300 + (moves.incrementAndGet() & 1);
                input.pointerTo(x, 200, 800, 600);
                input.flush();
                CapturedFrame frame = capturer.poll();
                if (frame == null) {
                    return false;
                }
                try {
                    // 24 pixels of magenta whose hot spot is at 4, 6.
                    return pixel(frame, 300 + 10, 200 + 10) == 0xff00ff && pixel(frame, 300 - 8, 200) != 0xff00ff;
                } finally {
                    frame.release();
                }
            }, "the window's pointer");
        }
    }

    private static int pixel(CapturedFrame frame, int x, int y) {
        BufferSlot.Memory slot = (BufferSlot.Memory) frame.slot();
        return slot.pixels().get(ValueLayout.JAVA_INT, (long) y * slot.stride() + x * 4L) & 0xff_ffff;
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aFrameIsHandedOverSoonAndAStillScreenCostsNothing(boolean oldProtocol) throws Exception {
        try (VirtualDisplay display = scene.display(1280, 720)) {
            try (OutputCapturer capturer = OutputCapturer.start(RigScene.source(display), scene, oldProtocol)) {
                capturer.offer(RigScene.MEMORY);
                try (TestWindow window = RigScene.window(display)) {
                    CardPicture.moves(capturer, 1280, 720);
                    assertTrue(window.events.contains("configured 1280x720"));
                    long[] delays = new long[300];
                    for (int i = 0; i < delays.length; ) {
                        CapturedFrame frame = capturer.poll();
                        if (frame != null) {
                            delays[i++] = System.nanoTime() - frame.timestampNanos();
                            frame.release();
                        }
                        Thread.onSpinWait();
                    }
                    Arrays.sort(delays);
                    System.out.printf("FIGURE\t%s: compositor to poll, 300 frames of 1280x720, median %d us, p99 %d us%n",
                            capturer.state(), delays[150] / 1000, delays[297] / 1000);
                    assertTrue(delays[150] < 50_000_000, "median " + delays[150] + " ns");
                }
                long frames;
                do {
                    frames = capturer.counters().get("frames");
                    Thread.sleep(500); // the window's end is painted: a time without frames, nothing to wait for
                } while (frames != capturer.counters().get("frames"));
                var threads = java.lang.management.ManagementFactory.getThreadMXBean();
                long before = threads.getThreadCpuTime(capturer.thread().threadId());
                Thread.sleep(4_000); // the span that is measured
                long spent = threads.getThreadCpuTime(capturer.thread().threadId()) - before;
                System.out.printf("FIGURE\t%s: %d us of CPU time in 4 s of a still screen%n", capturer.state(), spent / 1000);
                assertTrue(spent < 40_000_000, spent + " ns of 4 s is more than 1 %");
            }
        }
    }

    @Test
    void programsFindTheSoundOfTheUser() {
        try (VirtualDisplay display = scene.display(640, 480)) {
            Path pipeWire = Path.of(display.environment().get("PIPEWIRE_RUNTIME_DIR"), "pipewire-0");
            assertTrue(Files.exists(pipeWire), pipeWire.toString());
            assertTrue(display.environment().get("DBUS_SESSION_BUS_ADDRESS").startsWith("unix:"));
        }
    }

    @Test
    void aClientFindsTheScaleOfItsLastVisit() throws Exception {
        for (int visit = 0; visit < 2; visit++) {
            try (VirtualDisplay display = scene.display("beef", 1600, 900, lumen.spi.DisplayRequest.Placement.EXTEND, null);
                    Capturer capturer = scene.capture(display)) {
                SwayOutput output = new SwayOutput(Path.of(display.environment().get("SWAYSOCK")), "HEADLESS-1");
                try (SwayIpc ipc = SwayIpc.connect(output.ipc())) {
                    assertEquals(visit == 0 ? 1 : 1.25, output.state(ipc).orElseThrow().scale());
                    output.command(ipc, "scale 1.25");
                }
                try (TestWindow window = RigScene.window(display)) {
                    CardPicture.moves(capturer, 1600, 900);
                    RigScene.eventually(() -> window.events.stream().anyMatch(e -> e.startsWith("configured 1600x900 shown as 1280x720")),
                            window.events.toString());
                }
            }
        }
        try (VirtualDisplay display = scene.display("f00d", 1600, 900, lumen.spi.DisplayRequest.Placement.EXTEND, null);
                SwayIpc ipc = SwayIpc.connect(Path.of(display.environment().get("SWAYSOCK")))) {
            assertEquals(1, ipc.outputs().getFirst().scale(), "another client");
        }
    }

    @Test
    void aSwayThatIsPausedForLongEndsTheCapture() throws Exception {
        try (VirtualDisplay display = scene.display(800, 600)) {
            try (Capturer capturer = scene.capture(display); TestWindow window = RigScene.window(display)) {
                CardPicture.moves(capturer, 800, 600);
                long pid = ((SwayDisplay) display).pid();
                new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
                long begin = System.nanoTime();
                String reason = RigScene.endOf(capturer);
                long millis = (System.nanoTime() - begin) / 1_000_000;
                System.out.println("FIGURE\tsway paused: noticed after " + millis + " ms");
                assertTrue(reason.contains("has not answered for 5 s"), reason);
                new ProcessBuilder("kill", "-CONT", Long.toString(pid)).start().waitFor();
                assertTrue(window.events.contains("configured 800x600"));
            }
        }
    }

    @Test
    void aSwayThatIsPausedForAMomentGoesOn() throws Exception {
        try (VirtualDisplay display = scene.display(800, 600); Capturer capturer = scene.capture(display);
                TestWindow window = RigScene.window(display)) {
            CardPicture.moves(capturer, 800, 600);
            long pid = ((SwayDisplay) display).pid();
            new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
            RigScene.eventually(() -> capturer.poll() == null, "silence");
            new ProcessBuilder("kill", "-CONT", Long.toString(pid)).start().waitFor();
            CardPicture.moves(capturer, 800, 600);
            assertTrue(display.alive());
            assertTrue(window.events.contains("configured 800x600"));
        }
    }
}
