package lumen.plugin.pipewire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import lumen.pipewire.StreamBuffer;
import lumen.pipewire.pod.Spa;
import lumen.posix.Fd;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ImportOffer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What no compositor should do, done by a real producer: counted and refused, and nothing worse. */
@Tag("rig")
class HostileProducerTest {
    private static final int W = 321;
    private static final int H = 201;
    private static final int STRIDE = 4 * W + Producer.STRIDE_PADDING;
    private static final int SIZE = STRIDE * H;

    private record Lie(String name, CaptureEvent counter, int offset, int size, int stride) {
    }

    @TestFactory
    Stream<DynamicTest> aPictureThatIsNotInItsBuffer() {
        return Stream.of(
                new Lie("rows of a byte", CaptureEvent.BAD_STRIDE, 0, SIZE, 1),
                new Lie("rows a byte short", CaptureEvent.BAD_STRIDE, 0, SIZE, 4 * W - 1),
                new Lie("rows backwards", CaptureEvent.BAD_STRIDE, 0, SIZE, -STRIDE),
                new Lie("rows of the least number", CaptureEvent.BAD_STRIDE, 0, SIZE, Integer.MIN_VALUE),
                new Lie("rows of the greatest number", CaptureEvent.BAD_SIZE, 0, SIZE, Integer.MAX_VALUE),
                new Lie("rows a bit too long", CaptureEvent.BAD_SIZE, 0, SIZE, STRIDE + 4),
                new Lie("an offset beyond", CaptureEvent.BAD_SIZE, SIZE, SIZE, STRIDE),
                new Lie("an offset a bit too far", CaptureEvent.BAD_SIZE, Producer.STRIDE_PADDING + 1, SIZE, STRIDE),
                new Lie("an offset of all ones", CaptureEvent.BAD_SIZE, -1, SIZE, STRIDE),
                new Lie("an offset of the least number", CaptureEvent.BAD_SIZE, Integer.MIN_VALUE, SIZE, STRIDE),
                new Lie("a size a byte short", CaptureEvent.BAD_SIZE, 0, SIZE - Producer.STRIDE_PADDING - 1, STRIDE),
                new Lie("a size of 1", CaptureEvent.BAD_SIZE, 0, 1, STRIDE)).map(lie -> DynamicTest.dynamicTest(lie.name(), () -> {
                    try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
                        refused(source, capture, lie.counter(), b -> StreamBuffer.chunk(b, 0, lie.offset(), lie.size(), lie.stride(), 0));
                    }
                }));
    }

    /** The lie is counted, and the next sound picture arrives. */
    private static void refused(Producer source, Capture capture, CaptureEvent counter, LongConsumer lie) {
        source.sendSoon(lie);
        Eventually.holds("it is counted", () -> capture.counter(counter) == 1);
        assertNull(capture.capturer.poll());
        source.sendSoon(b -> source.paint(b, 5));
        CapturedFrame frame = capture.next();
        BufferSlot.Memory slot = (BufferSlot.Memory) frame.slot();
        assertEquals(5, slot.pixels().get(JAVA_INT, (H - 1L) * slot.stride() + 4L * (W - 1)));
        frame.release();
    }

    @Test
    void aLieInEveryOtherPictureCostsThatPictureOnly() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            for (int i = 0; i < 100; i++) {
                int n = i;
                source.sendSoon(b -> StreamBuffer.chunk(b, 0, 0, SIZE, 3, 0));
                Eventually.holds("it is counted", () -> capture.counter(CaptureEvent.BAD_STRIDE) == n + 1);
                source.sendSoon(b -> source.paint(b, n));
                CapturedFrame frame = capture.next();
                assertEquals(n, ((BufferSlot.Memory) frame.slot()).pixels().get(JAVA_INT, 0));
                frame.release();
            }
            assertEquals(100, capture.counter(CaptureEvent.DELIVERED));
        }
    }

    @Test
    void aLayoutThatChangesWithEachPictureIsFollowed() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            for (int i = 0; i < 200; i++) {
                int offset = 4 * (i % 16);
                source.sendSoon(b -> {
                    source.pixels(b).set(JAVA_INT, offset, 0x5a5a);
                    StreamBuffer.chunk(b, 0, offset, 0, STRIDE, 0);
                });
                CapturedFrame frame = capture.next();
                assertEquals(0x5a5a, ((BufferSlot.Memory) frame.slot()).pixels().get(JAVA_INT, 0));
                frame.release();
            }
            assertTrue(capture.gone.size() > 100, capture.gone.size() + " slots gone");
        }
    }

    private record BufferLie(String name, String why, Producer.Memory memory) {
    }

    @TestFactory
    Stream<DynamicTest> memoryThatIsNotWhatItIsSaidToBe() {
        return Stream.of(
                new BufferLie("a file a byte short", ".*none of its 4 buffers is usable.*", new Producer.Memory() {
                    @Override
                    long fileBytes(long needed) {
                        return needed - 1;
                    }
                }),
                new BufferLie("an empty file", ".*none of its 4 buffers is usable.*", new Producer.Memory() {
                    @Override
                    long fileBytes(long needed) {
                        return 0;
                    }
                }),
                new BufferLie("four gigabytes", ".*none of its 4 buffers is usable.*", new Producer.Memory() {
                    @Override
                    long claimedBytes(long needed) {
                        return 0xffff_ffffL;
                    }
                }),
                new BufferLie("nothing", ".*none of its 4 buffers is usable.*", new Producer.Memory() {
                    @Override
                    long claimedBytes(long needed) {
                        return 0;
                    }
                }),
                new BufferLie("an offset beyond the file", ".*none of its 4 buffers is usable.*", new Producer.Memory() {
                    @Override
                    long mapOffset() {
                        return 0xffff_f000L;
                    }
                }),
                new BufferLie("no descriptor", ".*(error use input buffers|none of its 4 buffers is usable).*", new Producer.Memory() {
                    @Override
                    int descriptor(Fd file) {
                        return -1;
                    }
                }),
                new BufferLie("two planes", ".*none of its 4 buffers is usable.*", new Producer.Memory() {
                    @Override
                    int planes() {
                        return 2;
                    }
                })).map(lie -> DynamicTest.dynamicTest(lie.name(), () -> {
                    try (Producer source = new Producer(W, H, List.of(), lie.memory()); Capture capture = new Capture(source.node(), W, H)) {
                        String why = failureOf(source, capture);
                        assertTrue(why.matches(lie.why()), why);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> aDmabufThatIsNotWhatItIsSaidToBe() {
        return Stream.of(
                new BufferLie("five planes", ".*none of its 4 buffers is usable.*", new Producer.Memory() {
                    @Override
                    int planes() {
                        return 5;
                    }
                }),
                new BufferLie("no descriptor", ".*(error use input buffers|none of its 4 buffers is usable).*", new Producer.Memory() {
                    @Override
                    int descriptor(Fd file) {
                        return -1;
                    }
                }),
                new BufferLie("a file a byte short", ".*none of its 4 buffers is usable.*", new Producer.Memory() {
                    @Override
                    long fileBytes(long needed) {
                        return needed - Producer.STRIDE_PADDING - 1;
                    }
                })).map(lie -> DynamicTest.dynamicTest(lie.name(), () -> {
                    try (Producer source = new Producer(W, H, List.of(ImportOffer.LINEAR), lie.memory());
                            Capture capture = new Capture(source.node(), W, H)) {
                        String why = failureOf(source, capture);
                        assertTrue(why.matches(lie.why()), why);
                    }
                }));
    }

    /** Pictures are sent until the capture ends: no offer can help. */
    private static String failureOf(Producer source, Capture capture) {
        String[] why = new String[1];
        Eventually.holds("it ends", () -> {
            source.trySend();
            try {
                assertNull(capture.capturer.poll(), "a picture in no memory");
                return false;
            } catch (BackendException e) {
                why[0] = e.getMessage();
                return true;
            }
        });
        return why[0];
    }

    @Test
    void aCursorThatIsNotInItsMetadata() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            int[][] lies = {
                {1, 0, 0, 0, 0, 0, 27, 12, 1, 1, 4, 20},
                {1, 0, 0, 0, 0, 0, -4, 12, 1, 1, 4, 20},
                {1, 0, 0, 0, 0, 0, Integer.MAX_VALUE, 12, 1, 1, 4, 20},
                {1, 0, 0, 0, 0, 0, CursorTracker.META_MOST - 19, 12, 1, 1, 4, 20},
                {1, 0, 0, 0, 0, 0, 28, 12, 385, 1, 4 * 385, 20},
                {1, 0, 0, 0, 0, 0, 28, 12, 1, -1, 4, 20},
                {1, 0, 0, 0, 0, 0, 28, 12, 384, 384, 4 * 384 + 4, 20},
                {1, 0, 0, 0, 0, 0, 28, 12, 2, 2, 7, 20},
                {1, 0, 0, 0, 0, 0, 28, 12, 1, 1, 4, 19},
                {1, 0, 0, 0, 0, 0, 28, 12, 1, 1, 4, Integer.MAX_VALUE},
                {1, 0, 0, 0, 0, 0, 28, 12, 1, 2, Integer.MAX_VALUE, 20},
            };
            for (int i = 0; i < lies.length; i++) {
                int[] lie = lies[i];
                source.sendSoon(b -> Producer.cursor(b, lie));
                capture.next().release();
                assertEquals(i + 1, capture.counter(CaptureEvent.BAD_CURSOR), java.util.Arrays.toString(lie));
                assertEquals(0, capture.capturer.cursor().width());
            }
            // At no multiple of four, which is odd but sound.
            source.sendSoon(b -> {
                Producer.cursor(b, 1, 0, 0, 0, 0, 0, 29);
                MemorySegment meta = StreamBuffer.bytes(StreamBuffer.meta(b, Spa.META_CURSOR, 28) + 29, 24);
                int[] bitmap = {12, 1, 1, 4, 20, 0xff123456};
                for (int i = 0; i < bitmap.length; i++) {
                    meta.set(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 4L * i, bitmap[i]);
                }
            });
            capture.next().release();
            assertEquals(0xff123456, capture.capturer.cursor().pixels().get(JAVA_INT, 0));
        }
    }

    @Test
    void noiseInEverythingThatAProducerCanWriteTo() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            for (int i = 0; i < 3000; i++) {
                source.sendSoon(b -> {
                    if (random.nextBoolean()) {
                        StreamBuffer.chunk(b, 0, noise(random), noise(random), noise(random), random.nextInt(4));
                    }
                    noise(random, b, Spa.META_HEADER, PictureMetadata.SIZEOF_HEADER);
                    noise(random, b, Spa.META_VIDEO_DAMAGE, PictureMetadata.MAX_REGIONS * PictureMetadata.SIZEOF_REGION);
                    noise(random, b, Spa.META_CURSOR, CursorTracker.SIZEOF_CURSOR + CursorTracker.SIZEOF_BITMAP);
                });
                int sent = i + 1;
                Eventually.holds("every buffer is accounted for, seed " + seed, () -> {
                    read(capture.capturer.poll());
                    return Stream.of(CaptureEvent.DELIVERED, CaptureEvent.OVERTAKEN, CaptureEvent.CURSOR_ONLY, CaptureEvent.CORRUPTED,
                            CaptureEvent.BAD_STRIDE, CaptureEvent.BAD_SIZE).mapToLong(capture::counter).sum() == sent;
                });
            }
            source.sendSoon(b -> source.paint(b, 77));
            Eventually.holds("a sound picture after all, seed " + seed + ", " + capture.capturer.counters(), () -> {
                CapturedFrame frame = capture.capturer.poll();
                if (frame == null) {
                    return false;
                }
                boolean sound = ((BufferSlot.Memory) frame.slot()).pixels().get(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 0) == 77;
                frame.release();
                return sound;
            });
        }
    }

    /** Touches the picture's last byte. */
    private static void read(CapturedFrame frame) {
        if (frame != null) {
            BufferSlot.Memory slot = (BufferSlot.Memory) frame.slot();
            slot.pixels().get(java.lang.foreign.ValueLayout.JAVA_BYTE, (H - 1L) * slot.stride() + 4L * W - 1);
            assertTrue(frame.damage().x() + frame.damage().width() <= W && frame.damage().y() + frame.damage().height() <= H);
            frame.release();
        }
    }

    private static int noise(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextInt(64);
            case 2 -> SIZE + random.nextInt(-64, 64);
            default -> STRIDE + random.nextInt(-64, 64);
        };
    }

    private static void noise(Random random, long buffer, int type, int bytes) {
        MemorySegment meta = StreamBuffer.bytes(StreamBuffer.meta(buffer, type, bytes), bytes);
        for (int i = 0; i < bytes / 4; i++) {
            if (random.nextInt(3) == 0) {
                meta.setAtIndex(JAVA_INT, i, noise(random));
            }
        }
    }

    @Test
    void memoryTakenAwayUnderAReaderIsAnErrorAndNotTheJvmsEnd() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> source.paint(b, 1));
            CapturedFrame frame = capture.next();
            source.truncate(0);
            MemorySegment pixels = ((BufferSlot.Memory) frame.slot()).pixels();
            assertThrows(InternalError.class, () -> MemorySegment.ofArray(new byte[(int) pixels.byteSize()]).copyFrom(pixels));
            frame.release();
        }
    }
}
