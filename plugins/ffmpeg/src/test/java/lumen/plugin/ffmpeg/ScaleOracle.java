package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import lumen.plugin.ffmpeg.color.FloatWeights;
import lumen.spi.ColorInfo;
import lumen.spi.ImportedFrame;

/** What the kernel {@code scale} must give, in plain Java with the same single-precision arithmetic. */
final class ScaleOracle extends Planes {
    private final ImportedFrame.SystemMemory frame;
    private final int bits;
    private final float[] sum = new float[3];

    ScaleOracle(ImportedFrame.SystemMemory frame, int targetWidth, int targetHeight, int targetBits, ColorInfo color) {
        super(targetWidth, targetHeight);
        this.frame = frame;
        bits = frame.format().bitDepth();
        int evenWidth = luma[0].length;
        int evenHeight = luma.length;
        FloatWeights w = FloatWeights.of(color, bits, targetBits);
        int top = (1 << targetBits) - 1;
        int tapsX = CudaConversion.taps(frame.width(), targetWidth);
        int tapsY = CudaConversion.taps(frame.height(), targetHeight);
        float stepX = (float) frame.width() / targetWidth;
        float stepY = (float) frame.height() / targetHeight;
        float weight = 1.0f / (tapsX * tapsY);
        for (int y = 0; y < evenHeight; y += 2) {
            for (int x = 0; x < evenWidth; x += 2) {
                float[] mean = new float[3];
                for (int i = 0; i < 4; i++) {
                    float column = Math.min(x + (i & 1), targetWidth - 1);
                    float row = Math.min(y + (i >> 1), targetHeight - 1);
                    sum[0] = sum[1] = sum[2] = 0;
                    for (int ty = 0; ty < tapsY; ty++) {
                        for (int tx = 0; tx < tapsX; tx++) {
                            between((column + (tx + 0.5f) / tapsX) * stepX - 0.5f, (row + (ty + 0.5f) / tapsY) * stepY - 0.5f, weight);
                        }
                    }
                    luma[y + (i >> 1)][x + (i & 1)] = code(w.yr() * sum[0] + w.yg() * sum[1] + w.yb() * sum[2] + w.yOffset(), top);
                    for (int c = 0; c < 3; c++) {
                        mean[c] += 0.25f * sum[c];
                    }
                }
                chroma[y / 2][x] = code(w.ur() * mean[0] + w.ug() * mean[1] + w.ub() * mean[2] + w.cOffset(), top);
                chroma[y / 2][x + 1] = code(w.vr() * mean[0] + w.vg() * mean[1] + w.vb() * mean[2] + w.cOffset(), top);
            }
        }
    }

    private void between(float atX, float atY, float weight) {
        int width = frame.width();
        int height = frame.height();
        float x = Math.min(Math.max(atX, 0), width - 1);
        float y = Math.min(Math.max(atY, 0), height - 1);
        int x0 = (int) x;
        int y0 = (int) y;
        int x1 = Math.min(x0 + 1, width - 1);
        int y1 = Math.min(y0 + 1, height - 1);
        float fx = x - x0;
        float fy = y - y0;
        add(x0, y0, weight * ((1 - fx) * (1 - fy)));
        add(x1, y0, weight * (fx * (1 - fy)));
        add(x0, y1, weight * ((1 - fx) * fy));
        add(x1, y1, weight * (fx * fy));
    }

    private void add(int x, int y, float weight) {
        int pixel = frame.pixels().get(JAVA_INT_UNALIGNED, (long) y * frame.stride() + 4L * x);
        int mask = (1 << bits) - 1;
        int redShift = frame.format().redFirst() ? 0 : 2 * bits;
        sum[0] += weight * (pixel >>> redShift & mask);
        sum[1] += weight * (pixel >>> bits & mask);
        sum[2] += weight * (pixel >>> 2 * bits - redShift & mask);
    }

    private static int code(float value, int top) {
        return Math.clamp((int) Math.floor(value + 0.5f), 0, top);
    }
}
