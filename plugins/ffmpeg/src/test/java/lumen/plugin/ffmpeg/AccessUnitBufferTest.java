package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import lumen.spi.VideoCodec;
import org.junit.jupiter.api.Test;

class AccessUnitBufferTest {

    private static byte[] layOut(VideoCodec codec, byte[] unit, boolean idr) {
        try (var arena = Arena.ofConfined(); var buffer = new AccessUnitBuffer(codec, 256)) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, unit);
            return buffer.layOut(memory.address(), unit.length, idr).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** One frame unit with a size field, as encoders make. */
    private static byte[] obu(int total) {
        byte[] unit = new byte[total];
        Arrays.fill(unit, (byte) 0x5A);
        unit[0] = 6 << 3 | 2;
        int size = total - 3;
        unit[1] = (byte) (size & 0x7F | 0x80);
        unit[2] = (byte) (size >> 7);
        return unit;
    }

    @Test
    void shouldPadAv1ByAUnitThatIsPadding() {
        for (int length = 60; length < 500; length++) {
            byte[] unit = obu(length);
            byte[] out = layOut(VideoCodec.AV1, unit, length % 2 == 0);
            assertEquals(0, out.length % AccessUnitBuffer.STEP);
            assertArrayEquals(unit, Arrays.copyOf(out, length));
            if (out.length > length) {
                // AV1 5.3.2 and 5.7: type 15 with a size, ending in a trailing one bit.
                assertEquals(15 << 3 | 2, out[length]);
                int size = out[length + 1];
                assertEquals(out.length, length + 2 + size);
                assertTrue(size == 0 || out[out.length - 1] == (byte) 0x80);
            }
        }
    }

    @Test
    void shouldPadHevcByZerosAndKeepWhatIsInFrontOfTheSlices() {
        // VPS, SPS, PPS, prefix SEI, IDR_W_RADL.
        byte[] unit = {0, 0, 0, 1, 64, 1, 9, 0, 0, 0, 1, 66, 1, 9, 0, 0, 0, 1, 68, 1, 9, 0, 0, 1, 78, 1, 9, 0, 0, 1, 38, 1, 7, 7};
        byte[] out = layOut(VideoCodec.HEVC, unit, true);
        assertEquals(AccessUnitBuffer.STEP, out.length);
        assertArrayEquals(Arrays.copyOf(unit, AccessUnitBuffer.STEP), out);
    }

    @Test
    void shouldKeepOnlyParameterSetsInFrontOfAnIdrOfH264() {
        byte[] unit = {0, 0, 0, 1, 0x67, 9, 0, 0, 0, 1, 0x68, 9, 0, 0, 1, 6, 5, 5, 5, 0, 0, 1, 0x65, 7, 7};
        byte[] kept = {0, 0, 0, 1, 0x67, 9, 0, 0, 0, 1, 0x68, 9, 0, 0, 1, 0x65, 7, 7};
        assertArrayEquals(Arrays.copyOf(kept, AccessUnitBuffer.STEP), layOut(VideoCodec.H264, unit, true));
    }
}
