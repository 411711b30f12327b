package lumen.plugin.ffmpeg;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import lumen.cuda.CudaKernel;
import lumen.cuda.CudaModule;
import lumen.cuda.CudaStream;
import lumen.cuda.FrameKernels;
import lumen.plugin.ffmpeg.color.Coefficients;
import lumen.plugin.ffmpeg.color.FloatWeights;
import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;
import lumen.spi.PixelFormat;

/**
 * Converts captured pixels in device memory to NV12 or P010 of the stream's size, in one pass.
 * 8 bits that need no scaling come out as the same bytes as on the CPU. One thread, with the context current.
 */
final class CudaConversion implements AutoCloseable {
    private static final String PTX = "color/scale.ptx";
    private static final int BLOCK_X = 32;
    private static final int BLOCK_Y = 8;
    /** Places read for a pixel along an edge at most: shrinking further skips some. */
    private static final int MOST_TAPS = 4;

    private final EncoderSettings settings;
    private final int width;
    private final int height;
    private final CudaModule module;
    private final FrameKernels kernels;
    private final int[] weights;
    private final CudaKernel scale;
    private int scaledFromBits;

    /** Loads the kernels in the current context. */
    CudaConversion(EncoderSettings settings) {
        this.settings = settings;
        width = settings.mode().width();
        height = settings.mode().height();
        weights = Coefficients.of(settings.color(), settings.bitDepth()).toArray();
        kernels = new FrameKernels();
        CudaModule loaded = null;
        try {
            loaded = new CudaModule(ptx());
            scale = loaded.kernel("scale", 8, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4);
        } catch (RuntimeException e) {
            if (loaded != null) {
                loaded.close();
            }
            kernels.close();
            throw e;
        }
        module = loaded;
        scale.set(10, width).set(11, height).set(12, settings.bitDepth());
    }

    private static String ptx() {
        try (InputStream in = CudaConversion.class.getResourceAsStream(PTX)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new BackendException("the CUDA kernels can't be read", e);
        }
    }

    /** Queues one frame. Pitches in bytes; the planes have the stream's size, rounded up to even. */
    void convert(CudaStream stream, long pixels, int pitch, PixelFormat format, int sourceWidth, int sourceHeight,
                 long luma, int lumaPitch, long chroma, int chromaPitch) {
        if (format.bitDepth() == settings.bitDepth() && sourceWidth == width && sourceHeight == height) {
            kernels.ycbcr(stream, pixels, pitch, width, height, settings.bitDepth(), format.redFirst(), luma, lumaPitch, chroma, chromaPitch,
                    weights);
            return;
        }
        setSource(format, sourceWidth, sourceHeight);
        scale.set(0, pixels).set(1, pitch).set(6, luma).set(7, lumaPitch).set(8, chroma).set(9, chromaPitch);
        scale.launch(stream, (width + 1) / 2, (height + 1) / 2, BLOCK_X, BLOCK_Y);
    }

    private void setSource(PixelFormat format, int sourceWidth, int sourceHeight) {
        int bits = format.bitDepth();
        if (bits != scaledFromBits) {
            scaledFromBits = bits;
            FloatWeights w = FloatWeights.of(settings.color(), bits, settings.bitDepth());
            set(17, w.yr(), w.yg(), w.yb());
            set(20, w.yOffset(), w.ur(), w.ug());
            set(23, w.ub(), w.vr(), w.vg());
            scale.set(26, Float.floatToRawIntBits(w.vb())).set(27, Float.floatToRawIntBits(w.cOffset()));
        }
        scale.set(2, sourceWidth).set(3, sourceHeight).set(4, format.redFirst() ? 0 : 2 * bits).set(5, bits);
        scale.set(13, Float.floatToRawIntBits((float) sourceWidth / width)).set(14, Float.floatToRawIntBits((float) sourceHeight / height));
        scale.set(15, taps(sourceWidth, width)).set(16, taps(sourceHeight, height));
    }

    private void set(int index, float a, float b, float c) {
        scale.set(index, Float.floatToRawIntBits(a)).set(index + 1, Float.floatToRawIntBits(b)).set(index + 2, Float.floatToRawIntBits(c));
    }

    /** Places read along an edge for each pixel. */
    static int taps(int source, int target) {
        return Math.clamp(Math.ceilDiv(source, target), 1, MOST_TAPS);
    }

    @Override
    public void close() {
        scale.close();
        module.close();
        kernels.close();
    }
}
