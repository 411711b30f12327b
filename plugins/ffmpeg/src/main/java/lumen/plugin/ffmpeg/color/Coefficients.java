package lumen.plugin.ffmpeg.color;

import lumen.spi.ColorInfo;

/**
 * Integer weights that turn RGB into YCbCr of the same depth: {@code Y = (yr·R + yg·G + yb·B + yOffset) >> 16} for
 * one pixel, {@code C = min(top, (cr·ΣR + cg·ΣG + cb·ΣB + cOffset) >> 18)} over a square of four.
 *
 * <p>From Kr and Kb of ITU-R BT.601, BT.709 and BT.2020 and the quantisation of their digital forms. The
 * weights of green take up the rounding, so that grey has exactly neutral chroma and white the top code.
 */
public record Coefficients(int yr, int yg, int yb, int yOffset,
                           int ur, int ug, int ub, int vr, int vg, int vb, int cOffset) {
    private static final int ONE = 1 << 16;

    /** The weights for a matrix and range, 8 bits. */
    public static Coefficients of(ColorInfo color) {
        return of(color, 8);
    }

    /** The weights for a matrix and range. @param bits of each colour and of each sample */
    public static Coefficients of(ColorInfo color, int bits) {
        return switch (color.matrix()) {
            case BT601 -> of(0.299, 0.114, color.fullRange(), bits);
            case BT709 -> of(0.2126, 0.0722, color.fullRange(), bits);
            case BT2020 -> of(0.2627, 0.0593, color.fullRange(), bits);
        };
    }

    /** In the order of this record's parts. */
    public int[] toArray() {
        return new int[] {yr, yg, yb, yOffset, ur, ug, ub, vr, vg, vb, cOffset};
    }

    private static Coefficients of(double kr, double kb, boolean fullRange, int bits) {
        int up = 1 << bits - 8;
        double white = (1 << bits) - 1;
        double yScale = fullRange ? 1.0 : 219 * up / white;
        double cScale = fullRange ? 1.0 : 224 * up / white;
        int yr = fixed(kr * yScale);
        int yb = fixed(kb * yScale);
        int yg = fixed(yScale) - yr - yb;
        int yOffset = ((fullRange ? 0 : 16 * up) << 16) + ONE / 2;

        int top = fixed(0.5 * cScale);
        int ur = -fixed(0.5 * cScale * kr / (1 - kb));
        int vb = -fixed(0.5 * cScale * kb / (1 - kr));
        int cOffset = (128 * up << 18) + (1 << 17);
        return new Coefficients(yr, yg, yb, yOffset, ur, -top - ur, top, top, -top - vb, vb, cOffset);
    }

    private static int fixed(double value) {
        return (int) Math.round(value * ONE);
    }
}
