package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.OptionalLong;
import lumen.plugin.ffmpeg.color.Memory;
import lumen.spi.Chroma;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import lumen.spi.VideoCodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;

class ForeignBufferTest {

    @Test
    void shouldCountReferencesAndLeaveTheMemoryAlone() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096, 64).fill((byte) 7);
            for (int i = 0; i < 10_000; i++) {
                var buffer = ForeignBuffer.of(memory.address(), memory.byteSize());
                assertEquals(memory.address(), buffer.data().address());
                var second = avutil.av_buffer_ref(buffer);
                assertEquals(2, avutil.av_buffer_get_ref_count(buffer));
                avutil.av_buffer_unref(buffer);
                assertEquals(1, avutil.av_buffer_get_ref_count(second));
                avutil.av_buffer_unref(second);
            }
            assertEquals(7, memory.get(ValueLayout.JAVA_BYTE, 4095));
        }
    }

    /** A picture over foreign memory, laid out as the CUDA path does it. */
    private static final class Foreign implements FrameFeed {
        private final FrameFields fields = new FrameFields();
        private final SoftwareFeed inner;
        private final long luma;

        Foreign(EncoderSettings settings, MemorySegment memory) {
            inner = new SoftwareFeed(settings, VideoSignal.of(settings.color()));
            luma = memory.address();
            fields.frame.format(avutil.AV_PIX_FMT_NV12).width(320).height(180);
            fields.frame.buf(0, ForeignBuffer.of(luma, memory.byteSize()));
            fields.data(0, luma);
            fields.data(1, luma + 320 * 180);
            fields.linesize(0, 320);
            fields.linesize(1, 320);
            fields.describe(VideoSignal.of(settings.color()));
        }

        @Override
        public void take(ImportedFrame frame) {
            inner.take(frame);
            for (int row = 0; row < 270; row++) {
                int plane = row < 180 ? 0 : 1;
                long from = inner.picture().data(plane) + (long) (row - 180 * plane) * inner.picture().linesize(plane);
                MemorySegment.copy(Memory.ALL, from, Memory.ALL, luma + 320L * row, 320);
            }
        }

        @Override
        public FrameFields picture() {
            return fields;
        }

        @Override
        public void close() {
            fields.close();
            inner.close();
        }
    }

    @Test
    void shouldBeEncodedAsFFmpegsOwnMemoryIs() {
        var settings = new EncoderSettings(VideoCodec.H264, DisplayMode.of(320, 180, 60), 4000, 1, 1,
                new ColorInfo(ColorInfo.Matrix.BT709, false), 8, Chroma.YUV420, OptionalLong.empty());
        var units = new ArrayList<byte[]>();
        try (var arena = Arena.ofConfined(); var own = X264.open(settings, "ultrafast");
             var foreign = X264.open(settings, "ultrafast", new Foreign(settings, arena.allocate(320 * 270 + 64, 64)))) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, 320, 180);
            for (int i = 0; i < 30; i++) {
                frame.draw(i);
                own.encode(frame, false, (unit, idr) -> units.add(unit.toArray(ValueLayout.JAVA_BYTE)));
                foreign.encode(frame, false, (unit, idr) ->
                        assertTrue(MemorySegment.ofArray(units.getLast()).mismatch(unit) < 0));
            }
        }
        assertEquals(30, units.size());
    }
}
