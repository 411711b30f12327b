package lumen.plugin.ffmpeg;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import lumen.plugin.ffmpeg.color.Nv12Converter;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.PixelFormat;
import lumen.spi.VideoCodec;

/** Prints what encoding costs on this machine; run by hand with a preset, a size and slices. */
final class Measure {
    private static final int FRAMES = 600;
    private static final int PICTURES = 16;

    private Measure() {
    }

    public static void main(String[] args) throws InterruptedException {
        int width = Integer.parseInt(args[1]);
        int height = Integer.parseInt(args[2]);
        int slices = Integer.parseInt(args[3]);
        var settings = new EncoderSettings(VideoCodec.H264, DisplayMode.of(width, height, 60), 20_000, slices, 1,
                ColorInfo.DESKTOP);
        var os = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var threads = ManagementFactory.getThreadMXBean();
        org.bytedeco.ffmpeg.global.avutil.av_log_set_level(org.bytedeco.ffmpeg.global.avutil.AV_LOG_WARNING);
        var bytes = new long[1];
        try (var arena = Arena.ofConfined(); var encoder = new X264Encoder(settings, args[0])) {
            Nv12Converter.awaitWarm();
            var frames = new TestFrame[PICTURES];
            for (int i = 0; i < PICTURES; i++) {
                frames[i] = new TestFrame(arena, PixelFormat.XRGB8888, width, height).draw(i);
            }
            run(encoder, frames, 200, bytes);
            bytes[0] = 0;
            long cpu = os.getProcessCpuTime();
            long own = threads.getCurrentThreadCpuTime();
            long wall = System.nanoTime();
            run(encoder, frames, FRAMES, bytes);
            wall = System.nanoTime() - wall;
            own = threads.getCurrentThreadCpuTime() - own;
            cpu = os.getProcessCpuTime() - cpu;
            long still = os.getProcessCpuTime();
            int[] sizes = new int[300];
            for (int i = 0; i < sizes.length; i++) {
                int at = i;
                encoder.repeat(false, (data, idr) -> sizes[at] = (int) data.byteSize());
            }
            still = os.getProcessCpuTime() - still;
            long conversion = threads.getCurrentThreadCpuTime();
            var c = lumen.plugin.ffmpeg.color.Coefficients.of(ColorInfo.DESKTOP);
            long target = arena.allocate(2L * (width + 64) * (height + 2), 64).address();
            for (int i = 0; i < 300; i++) {
                TestFrame f = frames[i % PICTURES];
                Nv12Converter.convert(f.pixels().address(), f.stride(), false, width, height, target, width,
                        target + (long) width * (height + 1), width, c);
            }
            conversion = threads.getCurrentThreadCpuTime() - conversion;
            System.out.printf("%s %dx%d slices %d: CPU %.2f ms/frame (this thread %.2f), wall %.2f ms, %.0f kbit/s at "
                            + "60/s; repeat CPU %.2f ms, bytes after 10/60/299: %d/%d/%d; conversion %.3f ms (%s)%n",
                    args[0], width, height, slices, cpu / 1e6 / FRAMES, own / 1e6 / FRAMES, wall / 1e6 / FRAMES,
                    bytes[0] * 8.0 * 60 / FRAMES / 1000, still / 1e6 / 300, sizes[10], sizes[60], sizes[299],
                    conversion / 1e6 / 300, Nv12Converter.kernel().description());
        }
    }

    private static void run(X264Encoder encoder, TestFrame[] frames, int count, long[] bytes) {
        for (int i = 0; i < count; i++) {
            // To and fro, so that motion has no jump.
            int at = i % (2 * PICTURES - 2);
            encoder.encode(frames[at < PICTURES ? at : 2 * PICTURES - 2 - at], false,
                    (data, idr) -> bytes[0] += data.byteSize());
        }
    }
}
