package lumen.plugin.testcard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import lumen.card.CardReader;
import lumen.card.CardState;
import lumen.card.Picture;
import lumen.card.Tone;
import lumen.rig.host.TestHost;
import lumen.spi.AudioFormat;
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
import lumen.spi.VirtualDisplay;
import org.junit.jupiter.api.Test;

class CardDisplayTest {
    private static final ImportOffer MEMORY = new ImportOffer(ImportOffer.Transport.MEMORY, PixelFormat.XRGB8888, 0);

    private static VirtualDisplay display(DisplayMode mode, Map<String, String> variables) {
        return new CardDisplayProvider().create(DisplayRequest.of(mode, "t"),
                new TestHost(variables).refusing(TestHost.Service.NOTES));
    }

    private static CapturedFrame next(Capturer capturer, Semaphore ready) throws InterruptedException {
        CapturedFrame frame;
        do {
            assertTrue(ready.tryAcquire(5, TimeUnit.SECONDS), "no frame in 5 s");
            frame = capturer.poll();
        } while (frame == null);
        return frame;
    }

    private static CardState read(CardReader reader, CapturedFrame frame) {
        BufferSlot.Memory slot = (BufferSlot.Memory) frame.slot();
        return reader.read(new Picture.Bgrx(slot.pixels(), slot.stride(), slot.width(), slot.height())).orElseThrow();
    }

    @Test
    void shouldDeliverMovingCardsAtTheModesRateWithInputOnThem() throws InterruptedException {
        DisplayMode mode = DisplayMode.of(321, 243, 100);
        Semaphore ready = new Semaphore(0);
        try (VirtualDisplay display = display(mode, Map.of()); CardReader reader = new CardReader(321, 243);
                Capturer capturer = new CardCapturerProvider().open(display.source(), mode, ready::release);
                InputSink input = new CardInputProvider().open(display.input().orElseThrow(), mode)) {
            capturer.offer(List.of(MEMORY));
            CapturedFrame frame = next(capturer, ready);
            CardState first = read(reader, frame);
            assertEquals(frame.timestampNanos(), first.timestampNanos());
            frame.release();
            input.pointerTo(1, 1, 1, 1);
            input.button(0x111, true);
            input.key(30, true);
            input.flush();
            CardState last = first;
            while (last.counter() < first.counter() + 20 || last.lastKey() == 0) {
                frame = next(capturer, ready);
                last = read(reader, frame);
                frame.release();
            }
            assertEquals(new CardState(last.counter(), last.timestampNanos(), 320, 242, 2, 30), last);
            double millis = (last.timestampNanos() - first.timestampNanos()) / 1e6 / (last.counter() - first.counter());
            assertTrue(millis > 9.5, millis + " ms a frame, wanted 10");
        }
    }

    @Test
    void shouldDeliverOneFrameOfAStillPictureAndOneMoreAfterInput() throws InterruptedException {
        DisplayMode mode = DisplayMode.of(128, 96, 240);
        Semaphore ready = new Semaphore(0);
        try (VirtualDisplay display = display(mode, Map.of("LUMEN_TESTCARD", "still")); CardReader reader = new CardReader(128, 96);
                Capturer capturer = new CardCapturerProvider().open(display.source(), mode, ready::release);
                InputSink input = new CardInputProvider().open(display.input().orElseThrow(), mode)) {
            CapturedFrame frame = next(capturer, ready);
            assertEquals(0, read(reader, frame).counter());
            frame.release();
            // Ten frame intervals of the mode.
            assertTrue(!ready.tryAcquire(42, TimeUnit.MILLISECONDS), "a still picture moved");
            assertNull(capturer.poll());
            input.text(0x20ac);
            input.flush();
            frame = next(capturer, ready);
            assertEquals(CardState.TEXT + 0x20ac, read(reader, frame).lastKey());
            frame.release();
            // What shows nothing new, a sink's last flush among it, paints nothing.
            input.flush();
            assertTrue(!ready.tryAcquire(42, TimeUnit.MILLISECONDS), "painted without a change");
            capturer.active(false);
            capturer.active(true);
            next(capturer, ready).release();
        }
    }

    @Test
    void shouldAllocateNothingPerFrame() throws InterruptedException {
        DisplayMode mode = DisplayMode.of(640, 480, 500);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Semaphore ready = new Semaphore(0);
        try (VirtualDisplay display = display(mode, Map.of());
                Capturer capturer = new CardCapturerProvider().open(display.source(), mode, ready::release)) {
            Thread painter = Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().equals("lumen-t-card")).findAny().orElseThrow();
            for (int i = 0; i < 500; i++) {
                next(capturer, ready).release();
            }
            long before = threads.getThreadAllocatedBytes(painter.threadId());
            for (int i = 0; i < 500; i++) {
                next(capturer, ready).release();
            }
            assertEquals(0, (threads.getThreadAllocatedBytes(painter.threadId()) - before) / 500);
        }
    }

    @Test
    void shouldKeepTwoHeldFramesUntouched() throws InterruptedException {
        DisplayMode mode = DisplayMode.of(128, 96, 500);
        Semaphore ready = new Semaphore(0);
        try (VirtualDisplay display = display(mode, Map.of()); CardReader reader = new CardReader(128, 96);
                Capturer capturer = new CardCapturerProvider().open(display.source(), mode, ready::release)) {
            CapturedFrame one = next(capturer, ready);
            CardState shown = read(reader, one);
            CapturedFrame two = next(capturer, ready);
            CardState shownNext = read(reader, two);
            assertTrue(ready.tryAcquire(20, 5, TimeUnit.SECONDS));
            assertEquals(shown, read(reader, one));
            assertEquals(shownNext, read(reader, two));
            one.release();
            two.release();
        }
    }

    @Test
    void shouldRefuseBadSettingsAndImporters() {
        assertThrows(BackendException.class, () -> display(DisplayMode.of(640, 480, 60), Map.of("LUMEN_TESTCARD", "fast")));
        assertTrue(new CardDisplayProvider().probe(new TestHost(Map.of("LUMEN_TESTCARD", "fast"))) instanceof Probe.Unavailable);
        assertThrows(BackendException.class, () -> display(DisplayMode.of(64, 64, 60), Map.of()));
        DisplayMode mode = DisplayMode.of(128, 96, 60);
        try (VirtualDisplay display = display(mode, Map.of());
                Capturer capturer = new CardCapturerProvider().open(display.source(), mode, () -> { })) {
            assertThrows(BackendException.class, () -> capturer.offer(List.of()));
        }
    }

    @Test
    void shouldGiveTheToneWhenItIsDue() {
        try (Arena arena = Arena.ofConfined(); CardAudio audio = new CardAudio(new AudioFormat(2))) {
            long before = System.nanoTime();
            audio.drain();
            long after = System.nanoTime();
            MemorySegment samples = arena.allocate(480 * 8);
            assertEquals(0, audio.read(samples, 480, before));
            assertEquals(240, audio.read(samples, 240, after + 10_000_000));
            for (int i = 0; i < 240; i++) {
                assertEquals(Tone.sample(0, i), samples.getAtIndex(ValueLayout.JAVA_FLOAT, 2 * i));
                assertEquals(Tone.sample(1, i), samples.getAtIndex(ValueLayout.JAVA_FLOAT, 2 * i + 1));
            }
            assertTrue(audio.read(samples, 480, after + 10_000_000) >= 240);
            assertEquals(Tone.sample(0, 240), samples.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
        }
    }
}
