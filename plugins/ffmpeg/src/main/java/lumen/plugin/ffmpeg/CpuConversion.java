package lumen.plugin.ffmpeg;

import java.lang.foreign.MemorySegment;
import lumen.plugin.ffmpeg.color.Coefficients;
import lumen.plugin.ffmpeg.color.Nv12Converter;
import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;

/** Brings frames in system memory into a picture of the stream's size and colours, on the CPU. One thread. */
final class CpuConversion implements AutoCloseable {
    private final int width;
    private final int height;
    private final boolean tenBit;
    private final VideoSignal signal;
    private final Coefficients coefficients;
    private FrameScaler scaler;

    CpuConversion(EncoderSettings settings, VideoSignal signal) {
        width = settings.mode().width();
        height = settings.mode().height();
        tenBit = settings.bitDepth() > 8;
        this.signal = signal;
        coefficients = Coefficients.of(settings.color());
        Nv12Converter.warm();
    }

    /** Converts a frame, scaling it if it has another size. @param target the same at each call */
    void convert(ImportedFrame.SystemMemory frame, Picture target) {
        check(frame);
        long pixels = frame.pixels().address();
        if (!tenBit && frame.format().bitDepth() == 8 && frame.width() == width && frame.height() == height) {
            Nv12Converter.convert(pixels, frame.stride(), frame.format().redFirst(), width, height, target.luma(),
                    target.lumaStride(), target.chroma(), target.chromaStride(), coefficients);
        } else {
            scale(frame, pixels, target);
        }
    }

    /** @throws BackendException if the memory is not that of a whole frame */
    static void check(ImportedFrame.SystemMemory frame) {
        MemorySegment pixels = frame.pixels();
        if (frame.width() < 1 || frame.height() < 1 || frame.stride() < 4L * frame.width() || !pixels.isNative()
                || !pixels.scope().isAlive()
                || pixels.byteSize() < (frame.height() - 1L) * frame.stride() + 4L * frame.width()) {
            throw new BackendException("not a frame: " + frame.width() + "x" + frame.height() + ", stride " + frame.stride()
                    + " in " + pixels.byteSize() + " bytes");
        }
    }

    private void scale(ImportedFrame.SystemMemory frame, long pixels, Picture target) {
        if (scaler == null || !scaler.takes(frame.width(), frame.height(), frame.format())) {
            close();
            scaler = new FrameScaler(frame.width(), frame.height(), frame.format(), target, signal);
        }
        scaler.scale(pixels, frame.stride());
    }

    @Override
    public void close() {
        if (scaler != null) {
            scaler.close();
            scaler = null;
        }
    }
}
