package lumen.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What we do to pictures on the GPU: packed RGB of 8 or 10 bits a colour, 4 bytes a pixel, in device memory. Calls queue
 * work and allocate nothing. One thread; pointers are {@code CUdeviceptr}, pitches bytes.
 */
public final class FrameKernels implements AutoCloseable {
    private static final int BLOCK_X = 32;
    private static final int BLOCK_Y = 8;
    /** How many {@code int}s say how RGB becomes YCbCr. */
    public static final int WEIGHTS = 11;

    private static final int PIXEL_BYTES = 4;

    private final CudaModule module;
    private final CudaKernel nv12;
    private final CudaKernel p010;
    private final CudaKernel cursor8;
    private final CudaKernel cursor10;

    /** Compiles them, in the current context. */
    public FrameKernels() {
        module = new CudaModule(ptx());
        try {
            int[] ycbcr = {8, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4};
            nv12 = module.kernel("nv12", ycbcr);
            p010 = module.kernel("p010", ycbcr);
            int[] cursor = {8, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4};
            cursor8 = module.kernel("cursor8", cursor);
            cursor10 = module.kernel("cursor10", cursor);
        } catch (CudaException e) {
            module.close();
            throw e;
        }
    }

    private static String ptx() {
        try (InputStream in = FrameKernels.class.getResourceAsStream("frames.ptx")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * To 4:2:0 with interleaved chroma: NV12 from 8 bits, P010 from 10. An odd last column or row is repeated, so the
     * target has even sizes.
     *
     * @param bits     of a colour, 8 or 10
     * @param redFirst red has the lowest bits, not blue
     * @param weights  {@link #WEIGHTS} of them: yr, yg, yb, yOffset, ur, ug, ub, vr, vg, vb, cOffset, for
     *                 {@code Y = (Σ w·colour + yOffset) >> 16} and {@code C = min((Σ w·Σ colour + cOffset) >> 18, top)} over
     *                 a square of four
     */
    public void ycbcr(CudaStream stream, long rgb, int pitch, int width, int height, int bits, boolean redFirst, long luma, int lumaPitch,
                      long chroma, int chromaPitch, int[] weights) {
        CudaKernel kernel = of(bits, nv12, p010);
        int sample = bits == 8 ? 1 : 2;
        int rowBytes = (width + 1 & ~1) * sample;
        check("RGB", rgb, pitch, width, height, PIXEL_BYTES, (long) PIXEL_BYTES * width);
        check("luma", luma, lumaPitch, width, height, sample, rowBytes);
        check("chroma", chroma, chromaPitch, width, height, sample, rowBytes);
        if (weights.length != WEIGHTS) {
            throw new IllegalArgumentException(weights.length + " weights, not " + WEIGHTS);
        }
        kernel.set(0, rgb).set(1, pitch).set(2, width).set(3, height).set(4, redFirst ? 1 : 0).set(5, luma).set(6, lumaPitch)
                .set(7, chroma).set(8, chromaPitch);
        for (int i = 0; i < WEIGHTS; i++) {
            kernel.set(9 + i, weights[i]);
        }
        kernel.launch(stream, (width + 1) / 2, (height + 1) / 2, BLOCK_X, BLOCK_Y);
    }

    /** A premultiplied BGRA bitmap over a rectangle that lies inside picture and bitmap. */
    void cursor(CudaStream stream, long picture, int pitch, int bits, boolean redFirst, int left, int top, int columns, int rows,
                long bitmap, int bitmapWidth, int bitmapX, int bitmapY) {
        CudaKernel kernel = of(bits, cursor8, cursor10);
        check("picture", picture, pitch, columns, rows, PIXEL_BYTES, (long) PIXEL_BYTES * (left + columns));
        kernel.set(0, picture).set(1, pitch).set(2, redFirst ? 1 : 0).set(3, left).set(4, top).set(5, columns).set(6, rows)
                .set(7, bitmap).set(8, bitmapWidth).set(9, bitmapX).set(10, bitmapY);
        kernel.launch(stream, columns, rows, BLOCK_X, BLOCK_Y);
    }

    /**
     * An access that isn't aligned, or hits nothing, doesn't fail alone: it ends the context, for everybody in this process.
     *
     * @throws IllegalArgumentException naming the picture and what is wrong with it
     */
    static void check(String what, long pointer, int pitch, int width, int height, int align, long rowBytes) {
        if (pointer == 0 || pointer % align != 0 || pitch % align != 0) {
            throw new IllegalArgumentException(what + " at 0x" + Long.toHexString(pointer) + " with a pitch of " + pitch
                    + " is not aligned to " + align + " bytes");
        }
        if (width <= 0 || height <= 0 || pitch < rowBytes) {
            throw new IllegalArgumentException(what + " of " + width + "x" + height + " with rows of " + rowBytes + " bytes in a pitch of " + pitch);
        }
    }

    private static CudaKernel of(int bits, CudaKernel eight, CudaKernel ten) {
        return switch (bits) {
            case 8 -> eight;
            case 10 -> ten;
            default -> throw new IllegalArgumentException(bits + " bits a colour");
        };
    }

    /** Work that uses them must have ended. */
    @Override
    public void close() {
        for (CudaKernel kernel : new CudaKernel[] {nv12, p010, cursor8, cursor10}) {
            kernel.close();
        }
        module.close();
    }
}
