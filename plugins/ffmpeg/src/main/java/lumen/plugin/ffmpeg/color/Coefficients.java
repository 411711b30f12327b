package lumen.plugin.ffmpeg.color;

import lumen.spi.ColorInfo;

/**
 * Integer weights that turn 8-bit RGB into YCbCr: {@code Y = (yr·R + yg·G + yb·B + yOffset) >> 16} for
 * one pixel, {@code C = min(255, (cr·ΣR + cg·ΣG + cb·ΣB + cOffset) >> 18)} over a square of four.
 *
 * <p>From Kr and Kb of ITU-R BT.601, BT.709 and BT.2020 and the quantisation of their 8-bit forms. The
 * weights of green take up the rounding, so that grey has exactly neutral chroma and white the top code.
 */
public record Coefficients(int yr, int yg, int yb, int yOffset,
                           int ur, int ug, int ub, int vr, int vg, int vb, int cOffset) {
    private static final int ONE = 1 << 16;

    /** The weights for a matrix and range. */
    public static Coefficients of(ColorInfo color) {
        return switch (color.matrix()) {
            case BT601 -> of(0.299, 0.114, color.fullRange());
            case BT709 -> of(0.2126, 0.0722, color.fullRange());
            case BT2020 -> of(0.2627, 0.0593, color.fullRange());
        };
    }

    private static Coefficients of(double kr, double kb, boolean fullRange) {
        double yScale = fullRange ? 1.0 : 219.0 / 255.0;
        double cScale = fullRange ? 1.0 : 224.0 / 255.0;
        int yr = fixed(kr * yScale);
        int yb = fixed(kb * yScale);
        int yg = fixed(yScale) - yr - yb;
        int yOffset = ((fullRange ? 0 : 16) << 16) + ONE / 2;

        int top = fixed(0.5 * cScale);
        int ur = -fixed(0.5 * cScale * kr / (1 - kb));
        int vb = -fixed(0.5 * cScale * kb / (1 - kr));
        int cOffset = (128 << 18) + (1 << 17);
        return new Coefficients(yr, yg, yb, yOffset, ur, -top - ur, top, top, -top - vb, vb, cOffset);
    }

    private static int fixed(double value) {
        return (int) Math.round(value * ONE);
    }
}
