package lumen.plugin.zerocopy.egl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lumen.posix.Fd;
import lumen.posix.Memfd;
import lumen.posix.SystemDmabuf;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CursorState;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The importer with Mesa's llvmpipe and dmabufs of the kernel, read back into system memory. */
@Tag("vm")
class EglImporterVmTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;
    private static final PixelFormat FORMAT = PixelFormat.XRGB8888;

    private static TrialBuffer buffer(PixelFormat format, int width, int height, int seed) {
        TrialBuffer buffer = new TrialBuffer(format, width, height, TrialBuffer.alignedStride(width), 0, SystemDmabuf::udmabuf);
        buffer.paint(seed);
        return buffer;
    }

    private static ImportedFrame.SystemMemory importFrame(EglImporter importer, BufferSlot slot, CursorState cursor) {
        return (ImportedFrame.SystemMemory) importer.importFrame(new TrialFrame(slot), cursor);
    }

    private static void assertPicture(ImportedFrame.SystemMemory frame, PixelFormat format, int width, int height, int seed) {
        assertEquals(format, frame.format());
        assertEquals(width, frame.width());
        assertEquals(height, frame.height());
        assertTrue(frame.detached());
        assertEquals(0, TrialPattern.wrong(frame.pixels(), frame.stride(), format, width, height, seed), "wrong pixels");
    }

    @ParameterizedTest
    @CsvSource({"XRGB8888, 33, 22, 11", "ARGB8888, 33, 22, 11", "XBGR8888, 11, 22, 33", "ABGR8888, 11, 22, 33"})
    void bytesKeepTheirOrder(PixelFormat format, int first, int second, int third) {
        try (EglImporter importer = Displays.importer(ImportSteps.NONE); TrialBuffer buffer = buffer(format, 64, 4, 0)) {
            // 0xAARRGGBB or 0xAABBGGRR: red is 0x11, green 0x22, blue 0x33.
            int word = format.redFirst() ? 0xFF332211 : 0xFF112233;
            for (int i = 0; i < 64 * 4; i++) {
                buffer.memory().setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, word);
            }
            ImportedFrame.SystemMemory frame = importFrame(importer, buffer, CursorState.NONE);
            assertEquals(Integer.parseInt(Integer.toString(first), 16), frame.pixels().get(ValueLayout.JAVA_BYTE, 0));
            assertEquals(Integer.parseInt(Integer.toString(second), 16), frame.pixels().get(ValueLayout.JAVA_BYTE, 1));
            assertEquals(Integer.parseInt(Integer.toString(third), 16), frame.pixels().get(ValueLayout.JAVA_BYTE, 2));
            assertEquals((byte) 0xFF, frame.pixels().get(ValueLayout.JAVA_BYTE, 3));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 64, 0", "3, 5, 64, 256", "17, 1, 128, 4096", "641, 361, 2624, 0", "1279, 719, 5120, 8192",
        "1920, 1081, 7680, 64", "250, 3, 4096, 12288"})
    void oddSizesStridesAndOffsetsAreExact(int width, int height, int stride, int offset) {
        try (EglImporter importer = Displays.importer(ImportSteps.NONE);
                TrialBuffer buffer = new TrialBuffer(FORMAT, width, height, stride, offset, SystemDmabuf::heap)) {
            buffer.paint(7);
            assertPicture(importFrame(importer, buffer, CursorState.NONE), FORMAT, width, height, 7);
        }
    }

    @Test
    void aBufferThatComesRoundAgainIsNotImportedAgain() {
        try (EglImporter importer = Displays.importer(ImportSteps.NONE);
                TrialBuffer one = buffer(FORMAT, WIDTH, HEIGHT, 1); TrialBuffer other = buffer(FORMAT, WIDTH, HEIGHT, 2)) {
            importFrame(importer, one, CursorState.NONE).release();
            importFrame(importer, other, CursorState.NONE).release();
            Map<String, Long> before = importer.counters();
            assertEquals(2, before.get("imports"));
            for (int i = 0; i < 20; i++) {
                TrialBuffer buffer = i % 2 == 0 ? one : other;
                buffer.paint(100 + i);
                ImportedFrame.SystemMemory frame = importFrame(importer, buffer, CursorState.NONE);
                assertPicture(frame, FORMAT, WIDTH, HEIGHT, 100 + i);
                frame.release();
            }
            for (String counter : List.of("imports", "registrations", "allocations")) {
                assertEquals(before.get(counter), importer.counters().get(counter), counter);
            }
            assertEquals(before.get("frames") + 20, importer.counters().get("frames"));
            assertEquals(before.get("copies") + 20, importer.counters().get("copies"));
        }
    }

    @Test
    void twoHeldPicturesStayWhatTheyWereAndAFourthIsRefused() {
        try (EglImporter importer = Displays.importer(ImportSteps.NONE); TrialBuffer buffer = buffer(FORMAT, WIDTH, HEIGHT, 1)) {
            List<ImportedFrame.SystemMemory> held = new ArrayList<>();
            for (int seed = 1; seed <= 3; seed++) {
                buffer.paint(seed);
                held.add(importFrame(importer, buffer, CursorState.NONE));
            }
            for (int seed = 1; seed <= 3; seed++) {
                assertPicture(held.get(seed - 1), FORMAT, WIDTH, HEIGHT, seed);
            }
            BackendException e = assertThrows(BackendException.class, () -> importFrame(importer, buffer, CursorState.NONE));
            assertTrue(e.getMessage().contains("still held"), e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"XRGB8888", "XBGR8888", "XRGB2101010", "XBGR2101010"})
    void aPointerIsDrawnOverTheCopyAndLeavesNoTrail(PixelFormat format) {
        Pointer pointer = new Pointer();
        try (EglImporter importer = Displays.importer(ImportSteps.NONE); TrialBuffer buffer = buffer(format, WIDTH, HEIGHT, 5)) {
            ImportedFrame.SystemMemory frame = importFrame(importer, buffer, pointer.to(10, 20));
            assertPointer(frame, pointer);
            frame.release();
            int[][] places = {{-3, -2}, {WIDTH - 2, HEIGHT - 1}, {WIDTH + 10, 5}, {-100, -100}, {0, HEIGHT - Pointer.HEIGHT}};
            for (int[] place : places) {
                frame = (ImportedFrame.SystemMemory) importer.redraw(pointer.to(place[0], place[1]));
                assertPointer(frame, pointer);
                frame.release();
            }
            frame = (ImportedFrame.SystemMemory) importer.redraw(pointer.visible(false));
            assertPicture(frame, format, WIDTH, HEIGHT, 5);
            for (int i = 0; i < WIDTH; i++) {
                assertEquals(TrialPattern.pixel(5, i, 3), buffer.memory().get(ValueLayout.JAVA_INT_UNALIGNED,
                        3L * TrialBuffer.alignedStride(WIDTH) + 4L * i), "the captured pixels are untouched");
            }
        }
    }

    private static void assertPointer(ImportedFrame.SystemMemory frame, Pointer pointer) {
        PixelFormat format = frame.format();
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int below = TrialPattern.imported(format, TrialPattern.pixel(5, x, y));
                int word = frame.pixels().get(ValueLayout.JAVA_INT_UNALIGNED, (long) y * frame.stride() + 4L * x);
                CursorBlendTest.assertBlended(format, pointer.over(x, y), below, word, "at " + x + ", " + y);
            }
        }
    }

    @Test
    void aRedrawOfWhatDidNotChangeIsTheSamePictureWithoutACopy() {
        Pointer pointer = new Pointer().to(4, 4);
        try (EglImporter importer = Displays.importer(ImportSteps.NONE); TrialBuffer buffer = buffer(FORMAT, WIDTH, HEIGHT, 1)) {
            ImportedFrame first = importFrame(importer, buffer, pointer);
            first.release();
            long copies = importer.counters().get("copies");
            ImportedFrame again = importer.redraw(pointer);
            assertSame(first, again);
            assertEquals(copies, importer.counters().get("copies"));
            again.release();
            // Detached: what the compositor draws meanwhile isn't seen.
            buffer.paint(2);
            ImportedFrame.SystemMemory moved = (ImportedFrame.SystemMemory) importer.redraw(pointer.visible(false));
            assertNotSame(first, moved);
            assertPicture(moved, FORMAT, WIDTH, HEIGHT, 1);
            assertEquals(copies + 1, importer.counters().get("copies"));
        }
    }

    @Test
    void aRedrawBeforeTheFirstFrameIsAnError() {
        try (EglImporter importer = Displays.importer(ImportSteps.NONE)) {
            assertThrows(BackendException.class, () -> importer.redraw(CursorState.NONE));
        }
    }

    @Test
    void aSizeThatChangesLeavesHeldPicturesReadable() {
        MemoryBudget budget = MemoryBudget.unlimited();
        try (EglImporter importer = EglImporterProvider.open(Displays.request(ImportSteps.NONE, 10), budget, Patience.PRODUCTION);
                TrialBuffer small = buffer(FORMAT, WIDTH, HEIGHT, 1);
                TrialBuffer large = buffer(FORMAT, 2 * WIDTH + 1, HEIGHT + 7, 2);
                TrialBuffer deep = buffer(PixelFormat.XRGB2101010, WIDTH, HEIGHT, 3)) {
            ImportedFrame.SystemMemory before = importFrame(importer, small, CursorState.NONE);
            long one = budget.taken();
            ImportedFrame.SystemMemory after = importFrame(importer, large, CursorState.NONE);
            assertPicture(before, FORMAT, WIDTH, HEIGHT, 1);
            assertPicture(after, FORMAT, 2 * WIDTH + 1, HEIGHT + 7, 2);
            before.release();
            after.release();
            ImportedFrame.SystemMemory words = importFrame(importer, deep, CursorState.NONE);
            assertPicture(words, PixelFormat.XRGB2101010, WIDTH, HEIGHT, 3);
            assertEquals(one, budget.taken(), "the stages of other sizes are gone");
        }
        assertEquals(0, budget.taken());
    }

    @Test
    void aBufferForgottenIsLetGo() {
        try (EglImporter importer = Displays.importer(ImportSteps.NONE); TrialBuffer buffer = buffer(FORMAT, WIDTH, HEIGHT, 1)) {
            importFrame(importer, buffer, CursorState.NONE).release();
            Resources before = Resources.now();
            for (int i = 0; i < 50; i++) {
                importer.forget(buffer);
                importer.forget(buffer);
                importFrame(importer, buffer, CursorState.NONE).release();
            }
            assertEquals(51, importer.counters().get("imports"));
            assertEquals(before.descriptors(), Resources.now().descriptors());
        }
    }

    @Test
    void importersOnOneThreadTakeTurns() {
        try (EglImporter one = Displays.importer(ImportSteps.NONE); EglImporter other = Displays.importer(ImportSteps.NONE);
                TrialBuffer a = buffer(FORMAT, WIDTH, HEIGHT, 1); TrialBuffer b = buffer(FORMAT, HEIGHT, WIDTH, 2)) {
            for (int i = 0; i < 3; i++) {
                ImportedFrame.SystemMemory first = importFrame(one, a, CursorState.NONE);
                ImportedFrame.SystemMemory second = importFrame(other, b, CursorState.NONE);
                assertPicture(first, FORMAT, WIDTH, HEIGHT, 1);
                assertPicture(second, FORMAT, HEIGHT, WIDTH, 2);
                first.release();
                second.release();
            }
            one.close();
            assertPicture(importFrame(other, b, CursorState.NONE), FORMAT, HEIGHT, WIDTH, 2);
        }
    }

    @Test
    void badBuffersAreRefusedByNameAndLeaveNothing() {
        try (TrialBuffer good = buffer(FORMAT, WIDTH, HEIGHT, 1); Fd file = Memfd.create("no dmabuf", 1 << 20, 0)) {
            Slot slot = Slot.of(good);
            int stride = good.stride(0);
            // A number so high that nothing opened meanwhile gets it.
            int closed = 999;
            Map<String, Slot> bad = new java.util.LinkedHashMap<>();
            bad.put("rows of " + (WIDTH * 4 - 1) + " bytes", slot.pitch(WIDTH * 4 - 1));
            bad.put("rows of 0 bytes", slot.pitch(0));
            bad.put("offset 0 and stride -4", slot.pitch(-4));
            bad.put("of a buffer of", slot.pitch(stride * 2));
            bad.put("ends at byte", slot.size(WIDTH, HEIGHT * 2));
            bad.put("offset -4096", slot.at(-4096));
            bad.put("ends at byte 2147", slot.at(Integer.MAX_VALUE));
            bad.put("ends at byte " + (4096L + (long) stride * (HEIGHT - 1) + WIDTH * 4), slot.at(4096));
            bad.put("has 0 planes", slot.planes(0));
            bad.put("has 2 planes", slot.planes(2));
            bad.put("has 5 planes", slot.planes(5));
            bad.put("is no dmabuf", slot.descriptor(file.value()));
            bad.put("Bad file descriptor", slot.descriptor(closed));
            bad.put("(errno 9)", slot.descriptor(-1));
            bad.put("0x0100000000000001: EGL_BAD", slot.modifier(0x0100_0000_0000_0001L));
            bad.put("0x0300000000606014", slot.modifier(0x0300_0000_0060_6014L));
            bad.put("pixels", slot.size(1 << 20, HEIGHT));
            bad.put("1 to", slot.size(0, HEIGHT));
            for (Map.Entry<String, Slot> entry : bad.entrySet()) {
                try (EglImporter importer = Displays.importer(ImportSteps.NONE)) {
                    importFrame(importer, good, CursorState.NONE).release();
                    Resources before = Resources.now();
                    BackendException e = assertThrows(BackendException.class,
                            () -> importFrame(importer, entry.getValue(), CursorState.NONE), entry.getKey());
                    assertTrue(e.getMessage().contains(entry.getKey()), entry.getKey() + ": " + e.getMessage());
                    assertEquals(before.descriptors(), Resources.now().descriptors(), e.getMessage());
                    // And the importer is none the worse.
                    assertPicture(importFrame(importer, good, CursorState.NONE), FORMAT, WIDTH, HEIGHT, 1);
                }
            }
        }
    }

    @Test
    void memoryIsNotForThisImporter() {
        BufferSlot.Memory memory = new BufferSlot.Memory() {
            @Override
            public java.lang.foreign.MemorySegment pixels() {
                return java.lang.foreign.MemorySegment.NULL;
            }

            @Override
            public int stride() {
                return 4;
            }

            @Override
            public PixelFormat format() {
                return FORMAT;
            }

            @Override
            public int width() {
                return 1;
            }

            @Override
            public int height() {
                return 1;
            }
        };
        try (EglImporter importer = Displays.importer(ImportSteps.NONE)) {
            assertThrows(BackendException.class, () -> importFrame(importer, memory, CursorState.NONE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {EglImporter.START, EglImporter.STAGE, EglImporter.IMPORT, EglImporter.ACQUIRE, EglImporter.COPY,
        EglImporter.WAIT, EglImporter.TRANSFER, EglImporter.CURSOR})
    void aFaultAtAnyStepOfAnyFrameLeavesNothing(String step) {
        Pointer pointer = new Pointer().to(1, 1);
        try (TrialBuffer buffer = buffer(FORMAT, WIDTH, HEIGHT, 1); TrialBuffer other = buffer(FORMAT, WIDTH + 8, HEIGHT, 1)) {
            Displays.importer(ImportSteps.NONE).close();
            Resources before = Resources.now();
            for (int occurrence = 1; occurrence <= 2; occurrence++) {
                int[] left = {occurrence};
                ImportSteps faulty = name -> {
                    if (name.equals(step) && --left[0] == 0) {
                        throw new BackendException("rehearsed failure of " + name);
                    }
                };
                MemoryBudget budget = MemoryBudget.unlimited();
                EglImporter importer = EglImporterProvider.open(Displays.request(faulty, 10), budget, Patience.PRODUCTION);
                BackendException e = null;
                for (int frame = 0; frame < 6 && e == null; frame++) {
                    try {
                        importFrame(importer, frame % 3 == 2 ? other : buffer, pointer).release();
                        if (frame % 2 == 1) {
                            importer.redraw(pointer.to(frame, frame)).release();
                        }
                    } catch (BackendException thrown) {
                        e = thrown;
                    }
                }
                importer.close();
                importer.close();
                if (step.equals(EglImporter.START) && occurrence == 2) {
                    assertEquals(null, e, "shaders are compiled once");
                } else {
                    assertEquals("rehearsed failure of " + step, e == null ? null : e.getMessage());
                }
                assertEquals(0, budget.taken());
            }
            assertEquals(before, Resources.now());
        }
    }

    @Test
    void runningOutOfDeviceMemoryIsAnErrorThatLeavesNothing() {
        try (TrialBuffer buffer = buffer(FORMAT, WIDTH, HEIGHT, 1)) {
            Displays.importer(ImportSteps.NONE).close();
            Resources before = Resources.now();
            long picture = WIDTH * HEIGHT * 4L;
            for (int pictures = 0; pictures <= Output.PICTURES; pictures++) {
                MemoryBudget budget = new MemoryBudget(pictures * picture + picture - 1);
                try (EglImporter importer = EglImporterProvider.open(Displays.request(ImportSteps.NONE, 8), budget,
                        Patience.PRODUCTION)) {
                    BackendException e = assertThrows(BackendException.class, () ->
                            importFrame(importer, buffer, CursorState.NONE));
                    assertTrue(e.getMessage().contains("GL_OUT_OF_MEMORY"), e.getMessage());
                    assertEquals(0, budget.taken());
                }
            }
            assertEquals(before, Resources.now());
        }
    }

    @Test
    @Timeout(400)
    void aThousandImportersLeaveNothing() {
        try (TrialBuffer buffer = buffer(FORMAT, 64, 64, 1)) {
            Displays.importer(ImportSteps.NONE).close();
            for (int i = 0; i < 3; i++) {
                cycle(buffer);
            }
            Resources before = Resources.now();
            for (int i = 0; i < 1000; i++) {
                cycle(buffer);
            }
            assertEquals(before, Resources.now());
        }
    }

    private static void cycle(TrialBuffer buffer) {
        EglDevice software = EglDevice.all().stream().filter(EglDevice::software).findFirst().orElseThrow();
        try (EglImporter importer = EglImporterProvider.open(EglDisplay.on(software), true, Displays.request(ImportSteps.NONE, 8),
                Detiler.Method.DRAW, MemoryBudget.unlimited(), Patience.PRODUCTION)) {
            ImportedFrame.SystemMemory frame = importFrame(importer, buffer, CursorState.NONE);
            assertEquals(0, TrialPattern.wrong(frame.pixels(), frame.stride(), FORMAT, 64, 1, 1));
        }
    }

    @Test
    void aFrameInSteadyStateAllocatesNothing() {
        Pointer pointer = new Pointer().to(3, 3);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().threadId();
        try (EglImporter importer = Displays.importer(ImportSteps.NONE); TrialBuffer buffer = buffer(FORMAT, 64, 64, 1)) {
            TrialFrame frame = new TrialFrame(buffer);
            long deadline = System.nanoTime() + 60_000_000_000L;
            long allocated;
            do {
                long before = threads.getThreadAllocatedBytes(id);
                for (int i = 0; i < 500; i++) {
                    importer.importFrame(frame, pointer).release();
                    importer.redraw(pointer.to(i % 60, 3)).release();
                }
                allocated = threads.getThreadAllocatedBytes(id) - before;
            } while (allocated != 0 && System.nanoTime() < deadline);
            assertEquals(0, allocated);
        }
    }

    @Test
    void aWriterThatIsNotDoneIsWaitedForButNotForEver() throws Exception {
        try (VgemBuffer buffer = new VgemBuffer(64, 64)) {
            buffer.paint(1);
            try (EglImporter importer = EglImporterProvider.open(Displays.request(ImportSteps.NONE, 8), MemoryBudget.unlimited(),
                    new Patience(50, 1000))) {
                int fence = buffer.beginWrite();
                BackendException e = assertThrows(BackendException.class, () -> importFrame(importer, buffer, CursorState.NONE));
                assertTrue(e.getMessage().contains("still writes") && e.getMessage().contains("50 ms"), e.getMessage());
                buffer.endWrite(fence);
                ImportedFrame.SystemMemory frame = importFrame(importer, buffer, CursorState.NONE);
                assertPicture(frame, FORMAT, 64, 64, 1);
                assertFalse(frame.pixels().byteSize() < 64 * 64 * 4);
            }
            try (EglImporter importer = EglImporterProvider.open(Displays.request(ImportSteps.NONE, 8), MemoryBudget.unlimited(),
                    new Patience(5000, 1000))) {
                int fence = buffer.beginWrite();
                Thread writer = Thread.ofPlatform().start(() -> {
                    buffer.paint(2);
                    buffer.endWrite(fence);
                });
                assertPicture(importFrame(importer, buffer, CursorState.NONE), FORMAT, 64, 64, 2);
                writer.join();
            }
        }
    }
}
