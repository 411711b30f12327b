package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.OptionalLong;
import lumen.plugin.ffmpeg.color.Memory;
import lumen.spi.Chroma;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.PixelFormat;
import lumen.spi.VideoCodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TenBitFeedTest {
    private static final ColorInfo HDR = new ColorInfo(ColorInfo.Primaries.BT2020, ColorInfo.Transfer.PQ,
            ColorInfo.Matrix.BT2020, false);

    private static EncoderSettings settings(int width, int height) {
        return new EncoderSettings(VideoCodec.HEVC, DisplayMode.of(width, height, 60), 8000, 1, 1, HDR, 10, Chroma.YUV420,
                OptionalLong.empty());
    }

    /** swscale against the formula: fixed point costs it three codes of 1023, less than one of 255. */
    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void shouldConvertToP010(PixelFormat format) {
        try (var arena = Arena.ofConfined(); var feed = new SoftwareFeed(settings(320, 180), VideoSignal.of(HDR))) {
            var frame = new TestFrame(arena, format, 320, 180).draw(3);
            feed.take(frame);
            var oracle = new ScaleOracle(frame, 320, 180, 10, HDR);
            FrameFields picture = feed.picture();
            assertEquals(avutil.AV_PIX_FMT_P010LE, picture.frame.format());
            int worst = 0;
            for (int y = 0; y < 180; y++) {
                for (int x = 0; x < 320; x++) {
                    int code = Memory.ALL.get(ValueLayout.JAVA_SHORT, picture.data(0) + (long) y * picture.linesize(0)
                            + 2L * x) & 0xFFFF;
                    assertEquals(0, code & 63);
                    worst = Math.max(worst, Math.abs((code >> 6) - oracle.luma[y][x]));
                }
            }
            assertTrue(worst <= 3, "luma off by " + worst);
        }
    }

    @Test
    void shouldDescribeHdrInTheNumbersOfTheStandard() {
        var signal = VideoSignal.of(HDR);
        // ITU-T H.273.
        assertEquals(List.of(9, 16, 9), List.of(signal.primaries(), signal.transfer(), signal.matrix()));
        var hlg = VideoSignal.of(new ColorInfo(ColorInfo.Primaries.BT2020, ColorInfo.Transfer.HLG, ColorInfo.Matrix.BT2020,
                true));
        assertEquals(List.of(9, 18, 9), List.of(hlg.primaries(), hlg.transfer(), hlg.matrix()));
    }
}
