package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import lumen.rig.host.TestHost;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.ImportOffer;
import lumen.spi.InputSink;
import lumen.spi.PixelFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A display of one test's own, and what tests of it have in common: nothing is left when a test ends. */
abstract class SwayScenario {
    /** sway's own background: a quarter of white, rounded down by pixman, in sway 1.7; black in sway 1.12. */
    static final Set<Integer> BACKGROUNDS = Set.of(0x3f3f3f, 0);
    private static final List<ImportOffer> MEMORY = Stream.of(PixelFormat.values())
            .map(f -> new ImportOffer(ImportOffer.Transport.MEMORY, f, 0)).toList();

    @TempDir
    Path folder;
    TestHost host;
    final AtomicInteger signals = new AtomicInteger();

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

    SwayDisplay display(int width, int height, int milliHz) {
        return (SwayDisplay) new SwayProvider().create(
                DisplayRequest.of(new DisplayMode(width, height, milliHz), "test"), host);
    }

    Capturer capture(SwayDisplay display) {
        Capturer capturer = new OutputCapturerProvider().open(display.source(), display.mode(), signals::incrementAndGet);
        capturer.offer(MEMORY);
        return capturer;
    }

    InputSink input(SwayDisplay display) {
        return new WlrInputProvider().open(display.input().orElseThrow(), display.mode());
    }

    static Path socket(SwayDisplay display) {
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
    static void awaitFrame(Capturer capturer, Predicate<CapturedFrame> wanted, String what) {
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

    static int pixel(CapturedFrame frame, int x, int y) {
        BufferSlot.Memory slot = (BufferSlot.Memory) frame.slot();
        return slot.pixels().get(ValueLayout.JAVA_INT, (long) y * slot.stride() + x * 4L) & 0xff_ffff;
    }

    static boolean filled(CapturedFrame frame, int colour) {
        int w = frame.slot().width();
        int h = frame.slot().height();
        return pixel(frame, 0, 0) == colour && pixel(frame, w - 1, 0) == colour && pixel(frame, 0, h - 1) == colour
                && pixel(frame, w - 1, h - 1) == colour && pixel(frame, w / 2, h / 2) == colour;
    }

    static void awaitEvent(ColourWindow window, String event) {
        assertTrue(eventually(() -> window.events.contains(event)), () -> event + " not in " + window.events);
    }
}
