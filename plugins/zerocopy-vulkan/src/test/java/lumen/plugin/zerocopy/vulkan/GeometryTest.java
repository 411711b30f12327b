package lumen.plugin.zerocopy.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lumen.posix.Memfd;
import lumen.spi.BackendException;
import lumen.spi.PixelFormat;
import lumen.vulkan.HandleType;
import org.junit.jupiter.api.Test;

/** What a slot says of itself, and where it is not even asked of a driver. A memfd is no dmabuf, which is told. */
class GeometryTest {
    private static TestSlot slot() {
        return TestSlot.of(Memfd.create("slot", 1280 * 50, 0), 320, 50, 1280);
    }

    @Test
    void spansFromTheFirstPixelToTheLast() {
        try (TestSlot slot = slot()) {
            slot.width = 319;
            slot.height = 49;
            slot.offset = 64;
            Geometry geometry = Geometry.of(slot);
            assertEquals(1276, geometry.rowBytes());
            assertEquals(1280 * 48 + 1276, geometry.span());
            assertEquals(64, geometry.offset());
            assertTrue(geometry.describes(slot));
            slot.format = PixelFormat.ABGR8888;
            assertFalse(geometry.describes(slot));
        }
    }

    @Test
    void whatIsNoDmabufIsRefused() {
        try (TestSlot slot = slot()) {
            Geometry geometry = Geometry.of(slot);
            BackendException e = assertThrows(BackendException.class, () -> geometry.memory(slot, HandleType.DMA_BUF));
            assertTrue(e.getMessage().contains("is no dmabuf"), e.getMessage());
        }
    }

    @Test
    void paddingIsCopiedAlongUnlessThereIsMuchOfIt() {
        try (TestSlot slot = slot()) {
            assertEquals(1280, SlotCopy.stageStride(Geometry.of(slot), true));
            slot.width = 300;
            assertEquals(1280, SlotCopy.stageStride(Geometry.of(slot), true));
            assertEquals(1200, SlotCopy.stageStride(Geometry.of(slot), false));
            slot.width = 200;
            assertEquals(800, SlotCopy.stageStride(Geometry.of(slot), true));
            slot.width = 300;
            slot.stride = 1279;
            assertEquals(1200, SlotCopy.stageStride(Geometry.of(slot), true));
        }
    }
}
