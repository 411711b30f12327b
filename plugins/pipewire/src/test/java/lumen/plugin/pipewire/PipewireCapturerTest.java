package lumen.plugin.pipewire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lumen.pipewire.StreamBuffer;
import lumen.pipewire.StreamState;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.CursorState;
import lumen.spi.Damage;
import lumen.spi.ImportOffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a producer may do, done by a real one over the session's PipeWire and WirePlumber. */
@Tag("rig")
class PipewireCapturerTest {
    private static final int W = 321;
    private static final int H = 201;
    private static final int RED = 0x00ff0000;

    private static int pixel(CapturedFrame frame, int x, int y) {
        BufferSlot.Memory slot = (BufferSlot.Memory) frame.slot();
        return slot.pixels().get(JAVA_INT, (long) y * slot.stride() + 4L * x);
    }

    private static void assertDamage(int x, int y, int width, int height, CapturedFrame frame) {
        Damage d = frame.damage();
        assertEquals(List.of(x, y, width, height), List.of(d.x(), d.y(), d.width(), d.height()));
    }

    @Test
    void aPictureArrivesAsItWasPainted() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> source.paint(b, RED));
            CapturedFrame frame = capture.next();
            assertEquals(W, frame.slot().width());
            assertEquals(H, frame.slot().height());
            assertEquals(source.stride(), ((BufferSlot.Memory) frame.slot()).stride());
            assertEquals(RED, pixel(frame, 0, 0));
            assertEquals(RED, pixel(frame, W - 1, H - 1));
            frame.release();
            assertNull(capture.capturer.poll());
            assertTrue(capture.capturer.running());
            assertTrue(capture.capturer.state().endsWith("streaming, BGRx " + W + "x" + H + ", MemFd"), capture.capturer.state());
        }
    }

    @Test
    void memoryThatLibpipewireMapsIsCopied() {
        Producer.Memory memory = new Producer.Memory() {
            @Override
            int type() {
                return lumen.pipewire.pod.Spa.DATA_MEM_PTR;
            }
        };
        try (Producer source = new Producer(W, H, List.of(), memory); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> source.paint(b, RED));
            CapturedFrame frame = capture.next();
            assertEquals(RED, pixel(frame, W - 1, H - 1));
            frame.release();
        }
    }

    @Test
    void theFreshestPictureWinsAndCarriesTheDamageOfThoseItReplaced() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> source.paint(b, 0));
            CapturedFrame first = capture.next();
            assertDamage(0, 0, W, H, first);
            first.release();
            for (int i = 1; i <= 3; i++) {
                int n = i;
                int signals = capture.signals.get();
                source.sendSoon(b -> {
                    source.paint(b, n);
                    Producer.damage(b, 10 * n, 20, 5, 5);
                });
                Eventually.holds("picture " + n + " is told", () -> capture.signals.get() > signals);
            }
            CapturedFrame frame = capture.next();
            assertEquals(3, pixel(frame, 5, 5));
            assertDamage(10, 20, 25, 5, frame);
            assertEquals(2, capture.counter(CaptureEvent.OVERTAKEN));
            assertEquals(2, capture.counter(CaptureEvent.DELIVERED));
            frame.release();
            assertNull(capture.capturer.poll());
        }
    }

    @Test
    void damageThatIsNotInThePicturesCoordinatesMeansAllOfIt() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> { });
            capture.next().release();
            source.sendSoon(b -> Producer.damage(b, 100, 100, W, H));
            CapturedFrame frame = capture.next();
            assertDamage(0, 0, W, H, frame);
            frame.release();
            source.sendSoon(b -> Producer.damage(b, 1, 2, 3, 4));
            frame = capture.next();
            assertDamage(1, 2, 3, 4, frame);
            frame.release();
            source.sendSoon(b -> { });
            frame = capture.next();
            assertDamage(0, 0, W, H, frame);
            frame.release();
        }
    }

    @Test
    void aBufferWithNoMoreThanACursorMovesTheCursorAndDeliversNoFrame() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> { });
            capture.next().release();
            CursorState cursor = capture.capturer.cursor();
            assertFalse(cursor.visible());
            long before = cursor.serial();
            // id, flags, position, hot spot, offset of the bitmap; its format (RGBA), size, stride, offset of the pixels; pixels.
            cursorOnly(source, capture, 1, 0, 50, 60, 3, 4, 28, 11, 2, 1, 8, 20, 0xff010203, 0x80040506);
            assertNull(capture.capturer.poll());
            assertTrue(cursor.serial() > before);
            assertTrue(cursor.visible());
            assertEquals(List.of(47, 56, 2, 1), List.of(cursor.x(), cursor.y(), cursor.width(), cursor.height()));
            assertEquals(0xff030201, cursor.pixels().getAtIndex(JAVA_INT, 0));
            assertEquals(0x80060504, cursor.pixels().getAtIndex(JAVA_INT, 1));
            cursorOnly(source, capture, 1, 0, 51, 60, 0, 0, 0);
            assertNull(capture.capturer.poll());
            assertEquals(48, cursor.x());
            assertEquals(2, cursor.width());
            cursorOnly(source, capture, 0, 0, 0, 0, 0, 0, 0);
            assertNull(capture.capturer.poll());
            assertFalse(cursor.visible());
            assertEquals(3, capture.counter(CaptureEvent.CURSOR_ONLY));
            assertEquals(1, capture.counter(CaptureEvent.DELIVERED));
        }
    }

    private static void cursorOnly(Producer source, Capture capture, int... cursor) {
        int signals = capture.signals.get();
        source.sendSoon(b -> {
            StreamBuffer.chunk(b, 0, 0, 0, 0, StreamBuffer.CHUNK_CORRUPTED);
            Producer.cursor(b, cursor);
        });
        Eventually.holds("the cursor is told", () -> capture.signals.get() > signals);
    }

    @Test
    void brokenPicturesAreCountedAndTheNextOneChangesEverything() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> { });
            capture.next().release();
            source.sendSoon(b -> StreamBuffer.chunk(b, 0, 0, source.stride() * H, source.stride(), StreamBuffer.CHUNK_CORRUPTED));
            Eventually.holds("the first is counted", () -> capture.counter(CaptureEvent.CORRUPTED) == 1);
            source.sendSoon(b -> Producer.headerFlags(b, PictureMetadata.HEADER_CORRUPTED));
            Eventually.holds("both are counted", () -> capture.counter(CaptureEvent.CORRUPTED) == 2);
            assertNull(capture.capturer.poll());
            source.sendSoon(b -> Producer.damage(b, 1, 2, 3, 4));
            CapturedFrame frame = capture.next();
            assertDamage(0, 0, W, H, frame);
            frame.release();
        }
    }

    @Test
    void aSizeOrStrideLeftUnsetIsComputed() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> StreamBuffer.chunk(b, 0, 8, 0, 0, 0));
            CapturedFrame frame = capture.next();
            assertEquals(4 * W, ((BufferSlot.Memory) frame.slot()).stride());
            assertEquals(4L * W * H, ((BufferSlot.Memory) frame.slot()).pixels().byteSize());
            frame.release();
        }
    }

    @Test
    void anotherSizeRenewsTheSlotsAndAHeldFrameStaysReadable() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> source.paint(b, RED));
            CapturedFrame held = capture.next();
            BufferSlot old = held.slot();
            source.resize(640, 360);
            Eventually.holds("the new format", () -> capture.capturer.state().contains("640x360"));
            source.sendSoon(b -> source.paint(b, 7));
            CapturedFrame frame = capture.next();
            assertEquals(640, frame.slot().width());
            assertEquals(7, pixel(frame, 639, 359));
            assertDamage(0, 0, 640, 360, frame);
            assertTrue(capture.gone.contains(old));
            assertEquals(RED, pixel(held, W - 1, H - 1));
            held.release();
            assertThrows(IllegalStateException.class, () -> pixel(held, 0, 0));
            frame.release();
        }
    }

    @Test
    void buffersComeBackAsTheSameSlots() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            java.util.Set<BufferSlot> slots = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
            for (int i = 0; i < 50; i++) {
                source.sendSoon(b -> { });
                CapturedFrame frame = capture.next();
                slots.add(frame.slot());
                frame.release();
            }
            assertTrue(slots.size() <= 4, slots.size() + " slots for 4 buffers");
            assertEquals(List.of(), capture.gone);
        }
    }

    @Test
    void twoFramesMayBeHeldWhileAThirdWaits() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> source.paint(b, 1));
            CapturedFrame one = capture.next();
            source.sendSoon(b -> source.paint(b, 2));
            CapturedFrame two = capture.next();
            source.sendSoon(b -> source.paint(b, 3));
            CapturedFrame three = capture.next();
            assertEquals(List.of(1, 2, 3), List.of(pixel(one, 9, 9), pixel(two, 9, 9), pixel(three, 9, 9)));
            assertNotSame(one, two);
            two.release();
            one.release();
            three.release();
        }
    }

    @Test
    void timesAreTheProducersAsLongAsTheyRise() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            long early = System.nanoTime();
            source.sendSoon(b -> Producer.pts(b, early));
            CapturedFrame frame = capture.next();
            assertEquals(early, frame.timestampNanos());
            frame.release();
            long last = early;
            for (long pts : new long[] {early, early - 1000, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0}) {
                source.sendSoon(b -> Producer.pts(b, pts));
                frame = capture.next();
                assertTrue(frame.timestampNanos() > last && frame.timestampNanos() <= System.nanoTime(), pts + " became " + frame.timestampNanos());
                last = frame.timestampNanos();
                frame.release();
            }
        }
    }

    @Test
    void suspendedItTakesNothingAndResumesFresh() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> source.paint(b, 1));
            Eventually.holds("it is there", () -> capture.signals.get() > 0);
            capture.capturer.active(false);
            Eventually.holds("the producer need not run", () -> source.state == StreamState.PAUSED);
            assertNull(capture.capturer.poll());
            capture.capturer.offer(Capture.BOTH);
            capture.capturer.active(true);
            source.sendSoon(b -> source.paint(b, 2));
            CapturedFrame frame = capture.next();
            assertEquals(2, pixel(frame, 3, 3));
            frame.release();
            assertEquals(1, source.formats, "the same offer again is no reason to negotiate");
        }
    }

    @Test
    void aDmabufIsHandedOnAsOne() {
        try (Producer source = new Producer(W, H, List.of(ImportOffer.LINEAR), new Producer.Memory());
                Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> StreamBuffer.chunk(b, 0, 0, 1, source.stride(), 0));
            CapturedFrame frame = capture.next();
            BufferSlot.Dmabuf slot = assertInstanceOf(BufferSlot.Dmabuf.class, frame.slot());
            assertEquals(ImportOffer.LINEAR, slot.modifier());
            assertEquals(1, slot.planes());
            assertEquals(source.stride(), slot.stride(0));
            assertEquals(0, slot.chunkSize(), "a size of 1 says only that there is something");
            frame.release();
            assertTrue(capture.capturer.state().contains("modifier 0x0, DmaBuf"), capture.capturer.state());
        }
    }

    @Test
    void aProducerThatNegotiatesForEverGetsAnOfferOfMemory() {
        Producer source = new Producer(W, H, List.of(ImportOffer.LINEAR), new Producer.Memory());
        source.neverSatisfied = true;
        try (source; Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> source.paint(b, RED));
            CapturedFrame frame = capture.next();
            assertEquals(RED, pixel(frame, 1, 1));
            frame.release();
            assertTrue(capture.counter(CaptureEvent.FORMATS) > 5);
        }
    }

    @Test
    void whatCannotBeNegotiatedEndsTheCaptureWithTheReason() {
        Producer source = new Producer(W, H, List.of(ImportOffer.LINEAR, Producer.ONLY_DMABUF), new Producer.Memory());
        source.neverSatisfied = true;
        try (source; Capture capture = new Capture(source.node(), W, H, List.of(Capture.BOTH.getFirst()))) {
            Eventually.holds("it gives up", () -> failure(capture) != null);
            assertTrue(failure(capture).contains("formats were negotiated"), failure(capture));
            assertTrue(failure(capture).contains("dmabuf BGRx"), failure(capture));
        }
    }

    @Test
    void formatsThatDoNotMeetEndTheCaptureWithTheReason() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H, List.of(Capture.BOTH.getFirst()))) {
            Eventually.holds("it gives up", () -> failure(capture) != null);
            // PipeWire 0.3 says nothing.
            assertTrue(failure(capture).matches(".*(no more input formats|the link is stuck for 3 s).*offered last: dmabuf BGRx.*"), failure(capture));
        }
    }

    @Test
    void aLinkThatIsStuckIsTornDownAndHoldsUpNobodyElse() {
        try (Producer stuck = Producer.honest(W, H)) {
            // It is there, and answers nothing: what gamescope 3.16.20 does with PipeWire 1.6.
            try (AutoCloseable hold = stuck.freeze(); Capture capture = new Capture(stuck.node(), W, H)) {
                Eventually.holds("it gives up", () -> failure(capture) != null);
                assertTrue(failure(capture).contains("the link is stuck for 3 s"), failure(capture));
                assertTrue(failure(capture).contains("offered last: memory"), failure(capture));
                try (Producer source = Producer.honest(W, H); Capture other = new Capture(source.node(), W, H)) {
                    source.sendSoon(b -> { });
                    other.next().release();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aNodeThatMustNotBePausedShowsItsLatestPictureWhenTheStreamResumes() {
        try (Producer source = Producer.honest(W, H)) {
            var node = new lumen.spi.FrameSource.PipeWireNode(source.node().serial(), source.node().id(), java.util.Optional.empty(), false);
            try (Capture capture = new Capture(node, W, H)) {
                source.sendSoon(b -> source.paint(b, 1));
                capture.next().release();
                capture.capturer.active(false);
                assertEquals(StreamState.STREAMING, source.state);
                capture.capturer.active(true);
                CapturedFrame frame = capture.next();
                assertEquals(1, pixel(frame, 0, 0));
                assertDamage(0, 0, W, H, frame);
                frame.release();
                capture.capturer.active(false);
                for (int i = 2; i < 20; i++) {
                    int n = i;
                    source.sendSoon(b -> source.paint(b, n));
                }
                Eventually.holds("they are taken", () -> capture.counter(CaptureEvent.OVERTAKEN) > 0);
                int signals = capture.signals.get();
                capture.capturer.active(true);
                assertTrue(capture.signals.get() > signals);
                Eventually.holds("the last one", () -> {
                    CapturedFrame late = capture.capturer.poll();
                    boolean last = late != null && pixel(late, W - 1, H - 1) == 19;
                    if (late != null) {
                        late.release();
                    }
                    return last;
                });
                assertEquals(1, source.formats);
            }
        }
    }

    @Test
    void theNodesEndEndsTheCapture() {
        Producer source = Producer.honest(W, H);
        try (Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> { });
            CapturedFrame frame = capture.next();
            int signals = capture.signals.get();
            source.close();
            Eventually.holds("it is told", () -> failure(capture) != null);
            assertTrue(capture.signals.get() > signals);
            assertTrue(failure(capture).contains("gone") || failure(capture).contains("disconnected"), failure(capture));
            frame.release();
        }
    }

    @Test
    void aNodeThatIsNotThereIsRefused() {
        try (Producer source = Producer.honest(W, H)) {
            var node = source.node();
            var other = new lumen.spi.FrameSource.PipeWireNode(node.serial() + 1000, node.id(), node.remote());
            assertTrue(assertThrows(BackendException.class, () -> new Capture(other, W, H)).getMessage().contains("another one"));
            var none = new lumen.spi.FrameSource.PipeWireNode(-1, 99_999, node.remote());
            assertTrue(assertThrows(BackendException.class, () -> new Capture(none, W, H)).getMessage().contains("no node 99999"));
        }
    }

    @Test
    void aFrameMayBeReleasedAfterTheEnd() {
        try (Producer source = Producer.honest(W, H)) {
            Capture capture = new Capture(source.node(), W, H);
            source.sendSoon(b -> source.paint(b, RED));
            CapturedFrame frame = capture.next();
            BufferSlot slot = frame.slot();
            capture.close();
            assertEquals(List.of(slot), capture.gone);
            assertSame(slot, frame.slot());
            assertEquals(RED, pixel(frame, 1, 1));
            frame.release();
            assertThrows(IllegalStateException.class, () -> pixel(frame, 1, 1));
        }
    }

    private static String failure(Capture capture) {
        try {
            CapturedFrame frame = capture.capturer.poll();
            if (frame != null) {
                frame.release();
            }
            return null;
        } catch (BackendException e) {
            return e.getMessage();
        }
    }
}
