package lumen.plugin.zerocopy.egl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lumen.posix.Fd;
import lumen.posix.Memfd;
import lumen.spi.BackendException;
import lumen.spi.PixelFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DmabufGeometryTest {
    private static final int MAX = 16384;

    @Property
    void whateverABufferSaysOfItselfItIsRefusedByNameOrMakesSense(@ForAll PixelFormat format, @ForAll int width,
            @ForAll int height,
            @ForAll long modifier, @ForAll @IntRange(min = -1, max = 6) int planes, @ForAll int offset, @ForAll int stride) {
        Slot slot = new Slot(format, width, height, modifier, planes, -1, offset, stride);
        try {
            DmabufGeometry.check(slot, MAX);
        } catch (BackendException e) {
            assertTrue(e.getMessage().startsWith("dmabuf of " + width + "x" + height), e.getMessage());
            return;
        }
        assertTrue(width >= 1 && width <= MAX && height >= 1 && height <= MAX);
        assertTrue(planes >= 1 && planes <= 4 && (modifier != 0 || planes == 1));
        assertTrue(offset >= 0 && stride >= width * 4);
    }

    @Test
    void whatIsNoDmabufIsRefusedHoweverLarge() {
        Slot slot = new Slot(PixelFormat.XRGB8888, 4, 4, 0, 1, -1, 0, 16);
        try (Fd file = Memfd.create("file", 1 << 20, 0)) {
            BackendException e = assertThrows(BackendException.class, () -> DmabufGeometry.checkPlane(slot, 0, file));
            assertEquals("dmabuf of 4x4 XRGB8888 with modifier 0x0000000000000000: plane 0 is no dmabuf", e.getMessage());
        }
    }
}
