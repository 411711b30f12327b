package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import lumen.cuda.Copy2d;
import lumen.cuda.Cuda;
import lumen.cuda.CudaContext;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaStream;
import lumen.cuda.MemoryBudget;
import lumen.plugin.ffmpeg.color.Memory;
import lumen.plugin.ffmpeg.color.Nv12Converter;
import lumen.spi.BackendException;
import lumen.spi.Chroma;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.PixelFormat;
import lumen.spi.VideoCodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The conversion on a CUDA device, into memory and into FFmpeg's own surfaces. Needs an NVIDIA GPU. */
@Tag("gpu")
class CudaFeedGpuTest {
    private static final ColorInfo LIMITED_709 = new ColorInfo(ColorInfo.Matrix.BT709, false);

    private final CudaDevice device = Cuda.load().devices().getFirst();
    private CudaContext context;

    @BeforeEach
    void makeCurrent() {
        context = device.retain();
        context.makeCurrent();
    }

    @AfterEach
    void release() {
        context.close();
    }

    static EncoderSettings settings(int width, int height, int bits, ColorInfo color) {
        return new EncoderSettings(bits == 8 ? VideoCodec.H264 : VideoCodec.HEVC, DisplayMode.of(width, height, 60), 8000, 1, 1, color,
                bits, Chroma.YUV420, OptionalLong.empty());
    }

    @ParameterizedTest
    @CsvSource({"1280,720", "1920,1080", "641,363", "33,17", "2,2", "1,1", "5120,2880"})
    void shouldConvertToTheBytesOfTheCpu(int width, int height) {
        for (ColorInfo.Matrix matrix : ColorInfo.Matrix.values()) {
            for (PixelFormat format : new PixelFormat[] {PixelFormat.XRGB8888, PixelFormat.ABGR8888}) {
                var settings = settings(width, height, 8, new ColorInfo(matrix, matrix == ColorInfo.Matrix.BT601));
                var signal = VideoSignal.of(settings.color());
                try (var arena = Arena.ofConfined(); var cpu = new SoftwareFeed(settings, signal);
                     var gpu = new CudaDownloadFeed(settings, signal)) {
                    var frame = new TestFrame(arena, format, width, height).noise(width);
                    cpu.take(frame);
                    try (var cuda = new CudaFrame(device, frame)) {
                        gpu.take(cuda);
                    }
                    assertSamePlanes(cpu.picture(), gpu.picture(), width + 1 & ~1, height + 1 & ~1);
                }
            }
        }
    }

    private static void assertSamePlanes(FrameFields a, FrameFields b, int rowBytes, int rows) {
        for (int plane = 0; plane < 2; plane++) {
            for (int y = 0; y < rows >> plane; y++) {
                long first = a.data(plane) + (long) y * a.linesize(plane);
                long second = b.data(plane) + (long) y * b.linesize(plane);
                assertEquals(-1, java.lang.foreign.MemorySegment.mismatch(Memory.ALL, first, first + rowBytes, Memory.ALL, second,
                        second + rowBytes), "row " + y + " of plane " + plane);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1280,720", "641,363", "2,2", "3840,2160"})
    void shouldConvertStraightIntoFFmpegsSurfaces(int width, int height) {
        var settings = settings(width, height, 8, LIMITED_709);
        var signal = VideoSignal.of(LIMITED_709);
        try (var arena = Arena.ofConfined(); var cpu = new SoftwareFeed(settings, signal);
             var session = new CudaSession(device, settings, MemoryBudget.unlimited());
             var shared = HardwareDevice.cuda(session.context().handle(), session.stream().handle());
             var pool = new SurfacePool(shared, HardwareApi.NVENC, avutil.AV_PIX_FMT_NV12, width + 1 & ~1, height + 1 & ~1, 0);
             var feed = new CudaFeed(session, pool, signal); var back = new FrameFields()) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, width, height).noise(3);
            cpu.take(frame);
            try (var cuda = new CudaFrame(device, frame)) {
                feed.take(cuda);
            }
            FFmpegError.check(avutil.av_hwframe_transfer_data(back.frame, feed.picture().frame, 0), "read a surface back");
            assertSamePlanes(cpu.picture(), back, width + 1 & ~1, height + 1 & ~1);
            back.unref();
            // From memory: the same kernel after an upload.
            frame.noise(4);
            cpu.take(frame);
            feed.take(frame);
            FFmpegError.check(avutil.av_hwframe_transfer_data(back.frame, feed.picture().frame, 0), "read a surface back");
            assertSamePlanes(cpu.picture(), back, width + 1 & ~1, height + 1 & ~1);
        }
    }

    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void shouldConvertTenBitsIntoFFmpegsSurfacesAsTheOracle(PixelFormat format) {
        var hdr = new ColorInfo(ColorInfo.Primaries.BT2020, ColorInfo.Transfer.PQ, ColorInfo.Matrix.BT2020, false);
        var settings = settings(320, 180, 10, hdr);
        try (var arena = Arena.ofConfined(); var session = new CudaSession(device, settings, MemoryBudget.unlimited());
             var shared = HardwareDevice.cuda(session.context().handle(), session.stream().handle());
             var pool = new SurfacePool(shared, HardwareApi.NVENC, avutil.AV_PIX_FMT_P010LE, 320, 180, 0);
             var feed = new CudaFeed(session, pool, VideoSignal.of(hdr)); var back = new FrameFields()) {
            var frame = new TestFrame(arena, format, 320, 180).noise(8);
            var oracle = format.bitDepth() == 10 ? new ExactOracle(frame, hdr) : new ScaleOracle(frame, 320, 180, 10, hdr);
            try (var cuda = new CudaFrame(device, frame)) {
                feed.take(cuda);
            }
            FFmpegError.check(avutil.av_hwframe_transfer_data(back.frame, feed.picture().frame, 0), "read a surface back");
            for (int y = 0; y < 180; y++) {
                for (int x = 0; x < 320; x++) {
                    assertEquals(oracle.luma[y][x] << 6, Memory.ALL.get(ValueLayout.JAVA_SHORT, back.data(0) + (long) y * back.linesize(0)
                            + 2L * x) & 0xFFFF, "luma " + x + "," + y);
                    assertEquals(oracle.chroma[y / 2][x] << 6, Memory.ALL.get(ValueLayout.JAVA_SHORT, back.data(1)
                            + (long) (y / 2) * back.linesize(1) + 2L * x) & 0xFFFF, "chroma " + x + "," + y / 2);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1280,720,640,360", "320,180,641,363", "639,359,640,360", "3840,2160,1280,720", "1920,1200,1920,1080"})
    void shouldScaleAsTheOracle(int width, int height, int streamWidth, int streamHeight) {
        var settings = settings(streamWidth, streamHeight, 8, LIMITED_709);
        try (var arena = Arena.ofConfined(); var gpu = new CudaDownloadFeed(settings, VideoSignal.of(LIMITED_709))) {
            var frame = new TestFrame(arena, PixelFormat.XBGR8888, width, height).noise(8);
            var oracle = new ScaleOracle(frame, streamWidth, streamHeight, 8, LIMITED_709);
            try (var cuda = new CudaFrame(device, frame)) {
                gpu.take(cuda);
            }
            FrameFields picture = gpu.picture();
            for (int y = 0; y < oracle.luma.length; y++) {
                for (int x = 0; x < oracle.luma[0].length; x++) {
                    assertEquals(oracle.luma[y][x], Memory.ALL.get(ValueLayout.JAVA_BYTE, picture.data(0)
                            + (long) y * picture.linesize(0) + x) & 0xFF, "luma " + x + "," + y);
                    assertEquals(oracle.chroma[y / 2][x], Memory.ALL.get(ValueLayout.JAVA_BYTE, picture.data(1)
                            + (long) (y / 2) * picture.linesize(1) + x) & 0xFF, "chroma " + x + "," + y / 2);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1280,720", "1920,1080", "3840,2160", "5120,2880"})
    void shouldCopyUnconvertedPixelsIntoFFmpegsSurfaces(int width, int height) {
        var settings = settings(width, height, 8, LIMITED_709);
        try (var arena = Arena.ofConfined(); var session = new CudaSession(device, settings, MemoryBudget.unlimited());
             var shared = HardwareDevice.cuda(session.context().handle(), session.stream().handle());
             var pool = new SurfacePool(shared, HardwareApi.NVENC, avutil.AV_PIX_FMT_BGR0, width, height, 0);
             var surface = new FrameFields(); var back = new FrameFields(); var copy = new Copy2d(); var stream = new CudaStream()) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, width, height).noise(5);
            pool.take(surface);
            try (var cuda = new CudaFrame(device, frame)) {
                stream.copy(copy.size(4L * width, height).fromDevice(cuda.pointer(), cuda.pitch()).toDevice(surface.data(0), surface.linesize(0)));
                stream.await(1_000_000_000L);
            }
            FFmpegError.check(avutil.av_hwframe_transfer_data(back.frame, surface.frame, 0), "read a surface back");
            for (int y = 0; y < height; y++) {
                long row = back.data(0) + (long) y * back.linesize(0);
                assertEquals(-1, java.lang.foreign.MemorySegment.mismatch(Memory.ALL, row, row + 4L * width, frame.pixels(),
                        (long) y * frame.stride(), (long) y * frame.stride() + 4L * width), "row " + y);
            }
        }
    }

    /** How VAAPI and Vulkan are fed, on the one kind of surface this machine has. */
    @ParameterizedTest
    @CsvSource({"1280,720,8", "641,363,8", "320,180,10"})
    void shouldUploadWhatTheCpuConverted(int width, int height, int bits) {
        var settings = settings(width, height, bits, LIMITED_709);
        var signal = VideoSignal.of(LIMITED_709);
        try (var arena = Arena.ofConfined(); var cpu = new SoftwareFeed(settings, signal);
             var session = new CudaSession(device, settings, MemoryBudget.unlimited());
             var shared = HardwareDevice.cuda(session.context().handle(), session.stream().handle());
             var pool = new SurfacePool(shared, HardwareApi.NVENC, Picture.format(bits), width + 1 & ~1, height + 1 & ~1, 0);
             var feed = new UploadFeed(settings, signal, pool); var back = new FrameFields()) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, width, height).noise(3);
            for (int i = 0; i < 5; i++) {
                frame.noise(i);
                cpu.take(frame);
                feed.take(frame);
                FFmpegError.check(avutil.av_hwframe_transfer_data(back.frame, feed.picture().frame, 0), "read a surface back");
                assertSamePlanes(cpu.picture(), back, (width + 1 & ~1) * (bits > 8 ? 2 : 1), height + 1 & ~1);
                back.unref();
            }
        }
    }

    @Test
    void shouldRefuseFramesItCannotReadAndWorkOn() {
        var settings = settings(320, 180, 8, LIMITED_709);
        try (var arena = Arena.ofConfined(); var gpu = new CudaDownloadFeed(settings, VideoSignal.of(LIMITED_709));
             var cuda = new CudaFrame(device, new TestFrame(arena, PixelFormat.XRGB8888, 320, 180).draw(1))) {
            gpu.take(cuda);
            var elsewhere = new java.util.UUID(1, 2);
            assertTrue(assertThrows(BackendException.class, () -> gpu.take(new ForgedCudaFrame(elsewhere, cuda.pointer(), cuda.pitch(), 320,
                    180))).getMessage().contains(elsewhere.toString()));
            assertThrows(BackendException.class, () -> gpu.take(new ForgedCudaFrame(device.uuid(), cuda.pointer(), 100, 320, 180)));
            assertThrows(BackendException.class, () -> gpu.take(new ForgedCudaFrame(device.uuid(), 0, cuda.pitch(), 320, 180)));
            gpu.take(cuda);
        }
    }

    @Test
    void shouldSayThatMemoryIsUsedUpAndLeaveNothing() {
        var settings = settings(1280, 720, 8, LIMITED_709);
        long before = context.freeMemory();
        try (var arena = Arena.ofConfined(); var cuda = new CudaFrame(device, new TestFrame(arena, PixelFormat.XRGB8888, 1280, 720))) {
            var budget = MemoryBudget.of(1 << 20);
            try (var gpu = new CudaDownloadFeed(settings, VideoSignal.of(LIMITED_709), budget)) {
                String message = assertThrows(BackendException.class, () -> gpu.take(cuda)).getMessage();
                assertTrue(message.contains("CUDA_ERROR_OUT_OF_MEMORY"), message);
            }
            assertEquals(0, budget.taken());
        }
        assertTrue(Math.abs(context.freeMemory() - before) < 4 << 20, before + " before, " + context.freeMemory() + " after");
    }

    @Test
    void shouldAllocateNothingPerFrame() {
        var settings = settings(640, 360, 8, LIMITED_709);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        try (var arena = Arena.ofConfined(); var encoder = X264.open(settings, "ultrafast",
                new CudaDownloadFeed(settings, VideoSignal.of(LIMITED_709)));
             var cuda = new CudaFrame(device, new TestFrame(arena, PixelFormat.XRGB8888, 640, 360).draw(1))) {
            // The JIT compiler falls back to the interpreter now and then, whose calls allocate: what counts is that it
            // comes to a thousand frames in a row without.
            long least = Long.MAX_VALUE;
            for (int batch = 0; batch < 60 && least > 500; batch++) {
                long before = threads.getThreadAllocatedBytes(self);
                for (int i = 0; i < 1000; i++) {
                    encoder.encode(cuda, false, (unit, idr) -> { });
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
            }
            assertTrue(least <= 500, least + " bytes in the best thousand frames");
        }
    }

    @Test
    void shouldGiveEverythingBackInAThousandCycles() throws java.io.IOException {
        var settings = settings(320, 180, 8, LIMITED_709);
        Nv12Converter.warm();
        try (var arena = Arena.ofConfined(); var cuda = new CudaFrame(device, new TestFrame(arena, PixelFormat.XRGB8888, 320, 180).draw(1))) {
            cycles(settings, cuda, 50);
            long memory = context.freeMemory();
            int fds = fds();
            int before = Thread.activeCount();
            cycles(settings, cuda, 1000);
            assertEquals(fds, fds());
            assertEquals(before, Thread.activeCount());
            assertTrue(Math.abs(context.freeMemory() - memory) < 4 << 20, memory + " before, " + context.freeMemory() + " after");
        }
    }

    private void cycles(EncoderSettings settings, CudaFrame cuda, int count) {
        for (int i = 0; i < count; i++) {
            try (var encoder = X264.open(settings, "ultrafast", new CudaDownloadFeed(settings, VideoSignal.of(LIMITED_709)))) {
                encoder.encode(cuda, false, (unit, idr) -> { });
            }
            try (var session = new CudaSession(device, settings, MemoryBudget.unlimited());
                 var shared = HardwareDevice.cuda(session.context().handle(), session.stream().handle());
                 var pool = new SurfacePool(shared, HardwareApi.NVENC, avutil.AV_PIX_FMT_NV12, 320, 180, 0);
                 var feed = new CudaFeed(session, pool, VideoSignal.of(LIMITED_709))) {
                feed.take(cuda);
            }
        }
    }

    private static int fds() throws java.io.IOException {
        try (var entries = java.nio.file.Files.list(java.nio.file.Path.of("/proc/self/fd"))) {
            return (int) entries.count();
        }
    }
}
