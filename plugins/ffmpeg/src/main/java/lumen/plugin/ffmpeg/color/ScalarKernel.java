package lumen.plugin.ffmpeg.color;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

/** The conversion one pixel at a time: what the vector kernel must equal, and what runs until it is warm. */
public final class ScalarKernel implements Nv12Kernel {

    @Override
    public String description() {
        return "scalar";
    }

    @Override
    public void rowPair(long top, long bottom, boolean redFirst, int width, long lumaTop, long lumaBottom, long chroma,
                        Coefficients c) {
        columns(0, top, bottom, redFirst, width, lumaTop, lumaBottom, chroma, c);
    }

    /** Converts from an even column on to the end of the rows. */
    static void columns(int from, long top, long bottom, boolean redFirst, int width, long lumaTop, long lumaBottom,
                        long chroma, Coefficients c) {
        int redShift = redFirst ? 0 : 16;
        int blueShift = 16 - redShift;
        for (int x = from; x < width; x += 2) {
            int next = Math.min(x + 1, width - 1);
            int a = Memory.ALL.get(JAVA_INT_UNALIGNED, top + 4L * x);
            int b = Memory.ALL.get(JAVA_INT_UNALIGNED, top + 4L * next);
            int d = Memory.ALL.get(JAVA_INT_UNALIGNED, bottom + 4L * x);
            int e = Memory.ALL.get(JAVA_INT_UNALIGNED, bottom + 4L * next);
            Memory.ALL.set(JAVA_BYTE, lumaTop + x, luma(a, redShift, blueShift, c));
            Memory.ALL.set(JAVA_BYTE, lumaTop + x + 1, luma(b, redShift, blueShift, c));
            Memory.ALL.set(JAVA_BYTE, lumaBottom + x, luma(d, redShift, blueShift, c));
            Memory.ALL.set(JAVA_BYTE, lumaBottom + x + 1, luma(e, redShift, blueShift, c));

            int red = part(a, redShift) + part(b, redShift) + part(d, redShift) + part(e, redShift);
            int green = part(a, 8) + part(b, 8) + part(d, 8) + part(e, 8);
            int blue = part(a, blueShift) + part(b, blueShift) + part(d, blueShift) + part(e, blueShift);
            int u = c.ur() * red + c.ug() * green + c.ub() * blue + c.cOffset() >> 18;
            int v = c.vr() * red + c.vg() * green + c.vb() * blue + c.cOffset() >> 18;
            Memory.ALL.set(JAVA_BYTE, chroma + x, (byte) Math.min(u, 255));
            Memory.ALL.set(JAVA_BYTE, chroma + x + 1, (byte) Math.min(v, 255));
        }
    }

    private static byte luma(int pixel, int redShift, int blueShift, Coefficients c) {
        return (byte) (c.yr() * part(pixel, redShift) + c.yg() * part(pixel, 8) + c.yb() * part(pixel, blueShift)
                + c.yOffset() >> 16);
    }

    private static int part(int pixel, int shift) {
        return pixel >>> shift & 0xFF;
    }
}
