package lumen.plugin.zerocopy.vulkan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import lumen.cuda.MemoryBudget;
import lumen.spi.CursorState;
import lumen.spi.DisplayMode;
import lumen.spi.FrameKind;
import lumen.spi.ImportOffer;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import lumen.vulkan.VulkanBudget;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Real dmabufs of ordinary memory, imported by a real driver: right or wrong, pixel by pixel. */
@Tag("vm")
class LavapipeTest {
    private static final int WIDTH = 333;
    private static final int HEIGHT = 77;
    private static final int STRIDE = 1344;

    static ImportRequest request(ImportSteps steps, int bitDepth) {
        return new ImportRequest(DisplayMode.of(WIDTH, HEIGHT, 60), OptionalLong.empty(), List.of(FrameKind.SYSTEM_MEMORY), bitDepth,
                steps);
    }

    /** LINEAR as a buffer, as an image, and as an image that a shader reads. */
    static List<Options> ways() {
        Options image = Options.standard().linear(Options.Linear.IMAGE);
        return List.of(Options.standard(), image, image.copier(Options.Copier.SHADER));
    }

    private static VulkanImporter open(Options.Linear linear) {
        return open(linear, Options.Copier.GENERAL);
    }

    private static VulkanImporter open(Options.Linear linear, Options.Copier copier) {
        return VulkanImporterProvider.open(request(ImportSteps.NONE, 8), Options.standard().linear(linear).copier(copier));
    }

    static ImportedFrame.SystemMemory memory(ImportedFrame frame) {
        return assertInstanceOf(ImportedFrame.SystemMemory.class, frame);
    }

    static void assertShows(int seed, ImportedFrame imported) {
        assertEquals(0, ReadBack.mismatches(imported, seed));
    }

    private static void assertShows(int seed, Pointer pointer, ImportedFrame imported) {
        ImportedFrame.SystemMemory frame = memory(imported);
        for (int y = 0; y < frame.height(); y++) {
            for (int x = 0; x < frame.width(); x++) {
                assertEquals(pointer.over(frame.format(), x, y, seed),
                        frame.pixels().get(ValueLayout.JAVA_INT_UNALIGNED, (long) y * frame.stride() + x * 4L), x + "," + y);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BUFFER, GENERAL, 333, 77, 0, 1344", "IMAGE, GENERAL, 333, 77, 0, 1344", "IMAGE, SHADER, 333, 77, 0, 1344",
        "BUFFER, GENERAL, 1280, 720, 0, 5120", "IMAGE, GENERAL, 1280, 720, 0, 5120", "IMAGE, SHADER, 1280, 720, 0, 5120",
        "BUFFER, GENERAL, 1, 1, 0, 64", "IMAGE, GENERAL, 1, 1, 0, 64", "IMAGE, SHADER, 1, 1, 0, 64",
        "BUFFER, GENERAL, 5, 3, 0, 256", "IMAGE, GENERAL, 5, 3, 0, 256", "IMAGE, SHADER, 5, 3, 0, 256",
        "BUFFER, GENERAL, 641, 363, 4096, 2564", "BUFFER, SHADER, 641, 363, 64, 2816", "IMAGE, GENERAL, 641, 363, 4096, 2816",
        "IMAGE, SHADER, 641, 363, 4096, 2816", "BUFFER, GENERAL, 64, 7, 12, 1021",
    })
    void everyPixelOfALinearDmabufArrives(Options.Linear linear, Options.Copier copier, int width, int height, int offset, int stride) {
        for (boolean heap : new boolean[] {false, true}) {
            try (VulkanImporter importer = open(linear, copier);
                    TestSlot slot = heap ? TestSlot.heap(width, height, offset, stride) : TestSlot.udmabuf(width, height, offset, stride)) {
                slot.paint(1);
                byte[] before = slot.bytes();
                ImportedFrame first = importer.importFrame(slot.frame(), CursorState.NONE);
                assertEquals(width, first.width());
                assertEquals(height, first.height());
                assertTrue(first.detached());
                assertShows(1, first);
                assertArrayEquals(before, slot.bytes(), "the captured pixels were touched");
                first.release();
                slot.paint(2);
                ImportedFrame second = importer.importFrame(slot.frame(), CursorState.NONE);
                assertShows(2, second);
                assertEquals(1, importer.counters().get("imports"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFormatArrivesAsItIs(PixelFormat format) {
        for (Options options : ways()) {
            try (VulkanImporter importer = VulkanImporterProvider.open(request(ImportSteps.NONE, 10), options);
                    TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).format(format).paint(3)) {
                ImportedFrame imported = importer.importFrame(slot.frame(), CursorState.NONE);
                assertEquals(format, imported.format());
                assertShows(3, imported);
            }
        }
    }

    @Test
    void thePictureStaysWhenTheBufferGoesBackAtOnce() {
        try (VulkanImporter importer = open(Options.Linear.BUFFER); TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1)) {
            ImportedFrame first = importer.importFrame(slot.frame(), CursorState.NONE);
            slot.paint(2);
            ImportedFrame second = importer.importFrame(slot.frame(), CursorState.NONE);
            slot.paint(3);
            assertNotSame(first, second);
            assertShows(1, first);
            assertShows(2, second);
            first.release();
            second.release();
            second.release();
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePointerIsDrawnAnywhereOverAnyFormatAndTakenAwayAgain(PixelFormat format) {
        Random random = new Random(7);
        try (VulkanImporter importer = VulkanImporterProvider.open(request(ImportSteps.NONE, 10), Options.standard());
                TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).format(format).paint(4)) {
            byte[] before = slot.bytes();
            for (int i = 0; i < 8; i++) {
                Pointer pointer = Pointer.random(random, random.nextInt(-70, WIDTH + 5), random.nextInt(-50, HEIGHT + 5),
                        random.nextInt(1, 80), random.nextInt(1, 60));
                ImportedFrame imported = importer.importFrame(slot.frame(), pointer);
                assertShows(4, pointer, imported);
                for (int move = 0; move < 4; move++) {
                    imported.release();
                    pointer = pointer.at(random.nextInt(-70, WIDTH), random.nextInt(-50, HEIGHT));
                    imported = importer.redraw(pointer);
                    assertShows(4, pointer, imported);
                }
                imported.release();
                imported = importer.redraw(CursorState.NONE);
                assertShows(4, imported);
                imported.release();
            }
            assertArrayEquals(before, slot.bytes(), "the captured pixels were touched");
        }
    }

    @Test
    void aSizeThatChangesMidStreamIsStagedAnew() {
        try (VulkanImporter importer = open(Options.Linear.BUFFER);
                TestSlot small = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1);
                TestSlot large = TestSlot.udmabuf(2 * WIDTH, HEIGHT, 0, 2 * STRIDE).paint(2)) {
            for (int i = 0; i < 3; i++) {
                ImportedFrame imported = importer.importFrame(small.frame(), CursorState.NONE);
                assertShows(1, imported);
                imported.release();
                imported = importer.importFrame(large.frame(), CursorState.NONE);
                assertShows(2, imported);
                imported.release();
            }
            assertEquals(2, importer.counters().get("imports"));
            assertEquals(6, importer.counters().get("stages"));
        }
    }

    @Test
    void aPictureOfTheOldSizeStaysWhileItIsHeld() {
        VulkanBudget budget = VulkanBudget.unlimited();
        try (VulkanImporter importer = VulkanImporterProvider.open(request(ImportSteps.NONE, 8),
                    Options.standard().budgets(budget, MemoryBudget.unlimited()));
                TestSlot small = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1);
                TestSlot large = TestSlot.udmabuf(2 * WIDTH, HEIGHT, 0, 2 * STRIDE).paint(2)) {
            ImportedFrame held = importer.importFrame(small.frame(), CursorState.NONE);
            importer.importFrame(large.frame(), CursorState.NONE).release();
            assertShows(1, held);
            long both = budget.used();
            held.release();
            importer.importFrame(large.frame(), CursorState.NONE).release();
            assertTrue(budget.used() < both, "the old buffers are still there");
        }
        assertEquals(0, budget.used());
    }

    @Test
    void aSlotThatIsNoLongerWhatItWasIsImportedAnew() {
        try (VulkanImporter importer = open(Options.Linear.BUFFER);
                TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1)) {
            importer.importFrame(slot.frame(), CursorState.NONE).release();
            slot.height = HEIGHT - 10;
            slot.offset = STRIDE;
            slot.paint(5);
            ImportedFrame imported = importer.importFrame(slot.frame(), CursorState.NONE);
            assertEquals(HEIGHT - 10, imported.height());
            assertShows(5, imported);
            assertEquals(1, importer.cached());
        }
    }

    @Test
    void whatIsForgottenIsImportedAgain() {
        try (VulkanImporter importer = open(Options.Linear.IMAGE); TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1)) {
            ImportedFrame imported = importer.importFrame(slot.frame(), CursorState.NONE);
            importer.forget(slot);
            assertEquals(0, importer.cached());
            assertShows(1, imported);
            imported.release();
            importer.forget(slot);
            assertShows(1, importer.redraw(CursorState.NONE));
            importer.importFrame(slot.frame(), CursorState.NONE).release();
            assertEquals(2, importer.counters().get("imports"));
        }
    }

    @Test
    void offersTiledFirstThenLinearAndDeeperFormatsOnlyToDeeperStreams() {
        try (VulkanImporter eight = VulkanImporterProvider.open(request(ImportSteps.NONE, 8), Options.standard());
                VulkanImporter ten = VulkanImporterProvider.open(request(ImportSteps.NONE, 10), Options.standard())) {
            assertEquals(List.of(PixelFormat.XRGB8888, PixelFormat.ARGB8888, PixelFormat.XBGR8888, PixelFormat.ABGR8888),
                    eight.offers().stream().filter(o -> o.modifier() == ImportOffer.LINEAR).map(ImportOffer::format).toList());
            assertEquals(10, ten.offers().getFirst().format().bitDepth());
            assertEquals(8, ten.offers().getLast().format().bitDepth());
            assertTrue(eight.offers().stream().allMatch(o -> o.transport() == ImportOffer.Transport.DMABUF));
            assertEquals(FrameKind.SYSTEM_MEMORY, eight.kind());
        }
    }

    @Test
    void whatIsPaintedMeanwhileInAnotherSlotStaysApart() {
        try (VulkanImporter importer = open(Options.Linear.BUFFER);
                TestSlot one = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1);
                TestSlot two = TestSlot.heap(WIDTH, HEIGHT, 0, STRIDE).paint(2);
                TestSlot three = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(3)) {
            for (int i = 0; i < 20; i++) {
                TestSlot slot = List.of(one, two, three).get(i % 3);
                ImportedFrame imported = importer.importFrame(slot.frame(), CursorState.NONE);
                assertShows(1 + i % 3, imported);
                imported.release();
            }
            assertEquals(3, importer.counters().get("imports"));
            assertEquals(20, importer.counters().get("frames"));
            assertEquals(20, importer.counters().get("copies"));
            assertEquals(1, importer.counters().get("stages"));
        }
    }
}
