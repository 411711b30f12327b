package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import lumen.spi.BackendException;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.ImportOffer;
import lumen.spi.InputSink;
import lumen.spi.PixelFormat;
import org.junit.jupiter.api.Test;

/** What capturing a real sway delivers. Not run by itself: {@link SwayTest} gives it an ordinary user. */
class SwayCaptureScenarios extends SwayScenario {
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
