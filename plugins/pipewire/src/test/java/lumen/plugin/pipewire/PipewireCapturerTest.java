package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("rig")
class PipewireCapturerTest {
    @Test
    void aPictureArrivesAsItWasPainted() {
        try (Producer source = Producer.honest(321, 201); Capture capture = new Capture(source.node(), 321, 201)) {
            source.sendSoon(b -> source.paint(b, 0x00112233));
            CapturedFrame frame = capture.next();
            BufferSlot.Memory slot = (BufferSlot.Memory) frame.slot();
            assertEquals(321, slot.width());
            assertEquals(201, slot.height());
            assertEquals(source.stride(), slot.stride());
            assertEquals(0x00112233, slot.pixels().get(java.lang.foreign.ValueLayout.JAVA_INT, 200L * slot.stride() + 320 * 4));
            frame.release();
            assertTrue(capture.capturer.running());
            System.out.println(capture.capturer.state() + " " + capture.capturer.counters());
        }
    }
}
