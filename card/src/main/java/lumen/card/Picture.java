package lumen.card;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A decoded picture, read pixel by pixel. The memory belongs to the caller and must not change while it is read. */
public sealed interface Picture {

    int width();

    int height();

    /** Luma of a pixel on the full range, 0 black to 255 white (values outside that range occur). */
    int luma(int x, int y);

    /** Colour of a pixel, 0xRRGGBB, converted as the picture says it was coded. */
    int rgb(int x, int y);

    /** The matrix luma was made with. */
    YuvMatrix matrix();

    /**
     * Bytes B, G, R, unused.
     *
     * @param stride bytes from one row to the next
     */
    record Bgrx(MemorySegment pixels, int stride, int width, int height) implements Picture {
        @Override
        public int rgb(int x, int y) {
            return pixels.get(ValueLayout.JAVA_INT_UNALIGNED, (long) y * stride + 4L * x) & 0xff_ff_ff;
        }

        @Override
        public int luma(int x, int y) {
            return lumaOf(rgb(x, y), YuvMatrix.BT709);
        }

        @Override
        public YuvMatrix matrix() {
            return YuvMatrix.BT709;
        }
    }

    /**
     * 8-bit 4:2:0, planar ({@code chromaStep} 1) or with interleaved chroma ({@code chromaStep} 2, and
     * {@code v} starting one byte after {@code u}).
     *
     * @param yStride      bytes from one luma row to the next
     * @param chromaStride bytes from one chroma row to the next
     * @param fullRange    true: 0–255, false: 16–235
     */
    record Yuv420(MemorySegment y, int yStride, MemorySegment u, MemorySegment v, int chromaStride, int chromaStep,
                  int width, int height, YuvMatrix matrix, boolean fullRange) implements Picture {
        @Override
        public int luma(int px, int py) {
            int value = y.get(ValueLayout.JAVA_BYTE, (long) py * yStride + px) & 0xff;
            return fullRange ? value : Math.floorDiv((value - 16) * 255 + 109, 219);
        }

        @Override
        public int rgb(int px, int py) {
            double luma = luma(px, py);
            long chroma = (long) (py >> 1) * chromaStride + (long) (px >> 1) * chromaStep;
            double scale = fullRange ? 1 : 255.0 / 224;
            double cb = ((u.get(ValueLayout.JAVA_BYTE, chroma) & 0xff) - 128) * scale;
            double cr = ((v.get(ValueLayout.JAVA_BYTE, chroma) & 0xff) - 128) * scale;
            double r = luma + 2 * (1 - matrix.kr) * cr;
            double b = luma + 2 * (1 - matrix.kb) * cb;
            double g = (luma - matrix.kr * r - matrix.kb * b) / (1 - matrix.kr - matrix.kb);
            return clamp(r) << 16 | clamp(g) << 8 | clamp(b);
        }

        private static int clamp(double value) {
            return Math.clamp(Math.round(value), 0, 255);
        }
    }

    /** Full-range luma of a colour. */
    static int lumaOf(int rgb, YuvMatrix matrix) {
        return (int) Math.round((rgb >>> 16 & 0xff) * matrix.kr + (rgb & 0xff) * matrix.kb
                + (rgb >>> 8 & 0xff) * (1 - matrix.kr - matrix.kb));
    }
}
