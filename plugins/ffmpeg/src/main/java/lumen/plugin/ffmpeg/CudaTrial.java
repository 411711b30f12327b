package lumen.plugin.ffmpeg;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.UUID;
import lumen.cuda.Copy2d;
import lumen.cuda.CudaContext;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaException;
import lumen.cuda.CudaStream;
import lumen.cuda.DeviceBuffer;
import lumen.cuda.MemoryBudget;
import lumen.plugin.ffmpeg.color.Memory;
import lumen.spi.BackendException;
import lumen.spi.Chroma;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import lumen.spi.Trial;
import lumen.spi.VideoCodec;

/** Converts a picture on a CUDA device and on the CPU and compares every byte. */
final class CudaTrial implements AutoCloseable {
    private static final long LIMIT_NANOS = 1_000_000_000L;
    private static final Trial.Size[] SIZES = {new Trial.Size(1280, 720), new Trial.Size(641, 363)};

    private final Arena arena = Arena.ofConfined();
    private final TrialFrame frame;
    private final CudaContext context;
    private final DeviceBuffer pixels;
    private final CudaDownloadFeed gpu;
    private final SoftwareFeed cpu;
    private final Source source;

    /** The picture in device memory. */
    private record Source(UUID device, long pointer, int pitch, int width, int height) implements ImportedFrame.CudaMemory {
        @Override
        public long ready() {
            return 0;
        }

        @Override
        public PixelFormat format() {
            return PixelFormat.XRGB8888;
        }

        @Override
        public ColorInfo color() {
            return ColorInfo.DESKTOP;
        }

        @Override
        public void release() {
            // Freed with the trial.
        }
    }

    CudaTrial(CudaDevice device, Trial.Size size) {
        EncoderSettings settings = new EncoderSettings(VideoCodec.H264, DisplayMode.of(size.width(), size.height(), 60), 1000,
                1, 1,
                new ColorInfo(ColorInfo.Matrix.BT709, false), 8, Chroma.YUV420, java.util.OptionalLong.empty());
        VideoSignal signal = VideoSignal.of(settings.color());
        frame = new TrialFrame(arena, size.width(), size.height());
        context = device.retain();
        context.makeCurrent();
        pixels = DeviceBuffer.pitched(4L * size.width(), size.height(), MemoryBudget.unlimited());
        try (CudaStream stream = new CudaStream(); Copy2d copy = new Copy2d()) {
            stream.copy(copy.size(4L * size.width(), size.height()).fromHost(frame.pixels().address(), frame.stride())
                    .toDevice(pixels.pointer(), pixels.pitch()));
            stream.await(LIMIT_NANOS);
        }
        gpu = new CudaDownloadFeed(settings, signal);
        cpu = new SoftwareFeed(settings, signal);
        source = new Source(device.uuid(), pixels.pointer(), (int) pixels.pitch(), size.width(), size.height());
    }

    /**
     * Tries two sizes.
     *
     * @return what was seen
     * @throws BackendException if a byte differs
     * @throws CudaException    if the device fails
     */
    static String run(CudaDevice device) {
        for (Trial.Size size : SIZES) {
            try (CudaTrial trial = new CudaTrial(device, size)) {
                trial.compare();
            }
        }
        return "every byte of NV12 as on the CPU";
    }

    /** @throws BackendException if a byte differs */
    void compare() {
        convertOnGpu();
        convertOnCpu();
        FrameFields a = gpu.picture();
        FrameFields b = cpu.picture();
        int width = a.frame.width();
        int rows = a.frame.height();
        for (int plane = 0; plane < 2; plane++) {
            for (int y = 0; y < rows >> plane; y++) {
                long column = MemorySegment.mismatch(Memory.ALL, a.data(plane) + (long) y * a.linesize(plane),
                        a.data(plane) + (long) y * a.linesize(plane) + width, Memory.ALL, b.data(plane)
                                + (long) y * b.linesize(plane),
                        b.data(plane) + (long) y * b.linesize(plane) + width);
                if (column >= 0) {
                    throw new BackendException("NV12 from CUDA differs from the CPU's at byte " + column + " of row " + y
                            + ", plane " + plane
                            + ", at " + frame.width() + "x" + frame.height());
                }
            }
        }
    }

    /** One frame: conversion and download. */
    void convertOnGpu() {
        gpu.take(source);
    }

    /** One frame: the CPU's conversion. */
    void convertOnCpu() {
        cpu.take(frame);
    }

    @Override
    public void close() {
        context.makeCurrent();
        gpu.close();
        cpu.close();
        pixels.close();
        context.close();
        arena.close();
    }
}
