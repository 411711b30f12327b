package lumen.plugin.ffmpeg;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import lumen.plugin.ffmpeg.color.Coefficients;
import lumen.spi.ColorInfo;
import lumen.spi.ImportedFrame;

/** What a conversion that keeps size and depth must give, in integers. Even sizes. */
final class ExactOracle extends Planes {
    private final int bits;
    private final int redShift;

    ExactOracle(ImportedFrame.SystemMemory frame, ColorInfo color) {
        super(frame.width(), frame.height());
        bits = frame.format().bitDepth();
        redShift = frame.format().redFirst() ? 0 : 2 * bits;
        Coefficients c = Coefficients.of(color, bits);
        int top = (1 << bits) - 1;
        for (int y = 0; y < frame.height(); y += 2) {
            for (int x = 0; x < frame.width(); x += 2) {
                int[] sum = new int[3];
                for (int i = 0; i < 4; i++) {
                    int column = x + (i & 1);
                    int row = y + (i >> 1);
                    int pixel = frame.pixels().get(JAVA_INT_UNALIGNED, (long) row * frame.stride() + 4L * column);
                    int red = pixel >>> redShift & top;
                    int green = pixel >>> bits & top;
                    int blue = pixel >>> 2 * bits - redShift & top;
                    luma[row][column] = c.yr() * red + c.yg() * green + c.yb() * blue + c.yOffset() >> 16;
                    sum[0] += red;
                    sum[1] += green;
                    sum[2] += blue;
                }
                chroma[y / 2][x] = Math.min(top, c.ur() * sum[0] + c.ug() * sum[1] + c.ub() * sum[2] + c.cOffset() >> 18);
                chroma[y / 2][x + 1] = Math.min(top, c.vr() * sum[0] + c.vg() * sum[1] + c.vb() * sum[2] + c.cOffset() >> 18);
            }
        }
    }
}
