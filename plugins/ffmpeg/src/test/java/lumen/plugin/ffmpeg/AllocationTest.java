package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import lumen.plugin.ffmpeg.color.Nv12Converter;
import lumen.spi.AccessUnitSink;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.PixelFormat;
import lumen.spi.VideoCodec;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int FRAMES = 1000;

    /** A sink as the host's: neither keeps nor copies. */
    private static final class Counting implements AccessUnitSink {
        long bytes;
        int idrs;

        @Override
        public void accept(MemorySegment data, boolean idr) {
            bytes += data.byteSize();
            idrs += idr ? 1 : 0;
        }
    }

    @Test
    void shouldAllocateNothingPerFrameInSteadyState() throws InterruptedException {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        var settings = new EncoderSettings(VideoCodec.H264, DisplayMode.of(320, 180, 60), 2000, 2, 1,
                ColorInfo.DESKTOP);
        var sink = new Counting();
        try (var arena = Arena.ofConfined(); var encoder = X264.open(settings, "ultrafast")) {
            Nv12Converter.awaitWarm();
            var frames = new TestFrame[8];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = new TestFrame(arena, PixelFormat.XRGB8888, 320, 180).draw(i * 5);
            }
            var other = new TestFrame(arena, PixelFormat.XRGB8888, 160, 90).draw(1);
            run(encoder, frames, other, sink, 20 * FRAMES);
            long before = threads.getThreadAllocatedBytes(self);
            run(encoder, frames, other, sink, FRAMES);
            long allocated = threads.getThreadAllocatedBytes(self) - before;
            // The counter itself may cost an object or two; a frame may cost none.
            assertEquals(0, allocated / FRAMES, allocated + " bytes in " + FRAMES + " frames");
            System.getLogger("lumen.plugin.ffmpeg").log(System.Logger.Level.INFO,
                    allocated + " bytes allocated in " + FRAMES + " frames");
        }
    }

    private static void run(FFmpegEncoder encoder, TestFrame[] frames, TestFrame other, AccessUnitSink sink, int count) {
        for (int i = 0; i < count; i++) {
            switch (i & 3) {
                case 0 -> encoder.encode(other, false, sink);
                case 1 -> encoder.repeat(i % 100 == 1, sink);
                default -> encoder.encode(frames[i & 7], false, sink);
            }
        }
    }
}
