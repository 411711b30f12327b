package lumen.plugin.zerocopy.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lumen.spi.BackendException;
import lumen.spi.CursorState;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compositors that are still writing: real fences of a real driver. */
@Tag("vm")
class FenceTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 50;
    private static final int MILLIS = 300;

    @Test
    void aWriterWhoNeverEndsIsWaitedForNoLongerThanTheLimit() throws Exception {
        try (VgemBuffer buffer = new VgemBuffer(WIDTH, HEIGHT); TestSlot slot = TestSlot.of(buffer.dmabuf(), WIDTH, HEIGHT, buffer.stride());
                VulkanImporter importer = VulkanImporterProvider.open(LavapipeTest.request(ImportSteps.NONE, 8),
                        Options.standard().acquireMillis(MILLIS))) {
            slot.paint(1);
            LavapipeTest.assertShows(1, importer.importFrame(slot.frame(), CursorState.NONE));
            buffer.beginWriting();
            long before = System.nanoTime();
            long descriptors = FaultsTest.descriptors();
            BackendException e = assertThrows(BackendException.class, () -> importer.importFrame(slot.frame(), CursorState.NONE));
            long millis = (System.nanoTime() - before) / 1_000_000;
            assertTrue(e.getMessage().contains("did not end writing"), e.getMessage());
            assertTrue(millis >= MILLIS && millis < 20 * MILLIS, millis + " ms");
            assertEquals(descriptors, FaultsTest.descriptors());
            slot.paint(2);
            buffer.endWriting();
            LavapipeTest.assertShows(2, importer.importFrame(slot.frame(), CursorState.NONE));
        }
    }

    @Test
    void whatIsWrittenMeanwhileIsInThePicture() throws Exception {
        CountDownLatch acquiring = new CountDownLatch(1);
        ImportSteps steps = step -> {
            if (step.equals(Step.ACQUIRE)) {
                acquiring.countDown();
            }
        };
        try (VgemBuffer buffer = new VgemBuffer(WIDTH, HEIGHT); TestSlot slot = TestSlot.of(buffer.dmabuf(), WIDTH, HEIGHT, buffer.stride());
                VulkanImporter importer = VulkanImporterProvider.open(LavapipeTest.request(steps, 8),
                        Options.standard().acquireMillis(10_000))) {
            slot.paint(1);
            buffer.beginWriting();
            Thread compositor = Thread.ofPlatform().start(() -> {
                try {
                    assertTrue(acquiring.await(10, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                slot.paint(2);
                buffer.endWriting();
            });
            ImportedFrame imported = importer.importFrame(slot.frame(), CursorState.NONE);
            compositor.join();
            LavapipeTest.assertShows(2, imported);
        }
    }
}
