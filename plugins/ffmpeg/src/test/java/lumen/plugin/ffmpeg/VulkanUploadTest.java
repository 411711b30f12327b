package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;
import lumen.plugin.ffmpeg.color.Memory;
import lumen.spi.Chroma;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.PixelFormat;
import lumen.spi.VideoCodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Vulkan Video's encoders are fed with, on a Vulkan device that need not encode: lavapipe in the virtual machine, or a GPU. */
@Tag("vm")
@Tag("gpu")
class VulkanUploadTest {

    @ParameterizedTest
    @CsvSource({"1280,720", "642,362", "321,179"})
    void shouldUploadWhatTheCpuConverted(int width, int height) {
        FFmpegLog.install(false);
        var color = new ColorInfo(ColorInfo.Matrix.BT709, false);
        var settings = new EncoderSettings(VideoCodec.H264, DisplayMode.of(width, height, 60), 8000, 1, 1, color, 8, Chroma.YUV420,
                OptionalLong.empty());
        var signal = VideoSignal.of(color);
        int rowBytes = width + 1 & ~1;
        int rows = height + 1 & ~1;
        try (var arena = Arena.ofConfined(); var cpu = new SoftwareFeed(settings, signal); var device = HardwareDevice.vulkan();
             var pool = new SurfacePool(device, HardwareApi.VULKAN, avutil.AV_PIX_FMT_NV12, rowBytes, rows, 0);
             var feed = new UploadFeed(settings, signal, pool); var back = new FrameFields()) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, width, height);
            for (int i = 0; i < 5; i++) {
                frame.noise(i);
                cpu.take(frame);
                feed.take(frame);
                FFmpegError.check(avutil.av_hwframe_transfer_data(back.frame, feed.picture().frame, 0), "read a surface back");
                for (int plane = 0; plane < 2; plane++) {
                    for (int y = 0; y < rows >> plane; y++) {
                        long expected = cpu.picture().data(plane) + (long) y * cpu.picture().linesize(plane);
                        long actual = back.data(plane) + (long) y * back.linesize(plane);
                        assertEquals(-1, MemorySegment.mismatch(Memory.ALL, expected, expected + rowBytes, Memory.ALL, actual, actual + rowBytes),
                                "frame " + i + ", row " + y + " of plane " + plane);
                    }
                }
                back.unref();
            }
        }
    }
}
