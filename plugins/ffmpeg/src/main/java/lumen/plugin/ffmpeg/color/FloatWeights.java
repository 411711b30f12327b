package lumen.plugin.ffmpeg.color;

import lumen.spi.ColorInfo;

/**
 * The conversion from RGB codes of one depth to YCbCr codes of another in floating point:
 * {@code Y = yr·R + yg·G + yb·B + yOffset}, chroma alike, from which the nearest code is taken.
 */
public record FloatWeights(float yr, float yg, float yb, float yOffset,
                           float ur, float ug, float ub, float vr, float vg, float vb, float cOffset) {

    /**
     * From Kr and Kb of the matrix's recommendation and the quantisation of ITU-T H.273 8.3.
     *
     * @param sourceBits of each colour
     * @param targetBits of each sample
     */
    public static FloatWeights of(ColorInfo color, int sourceBits, int targetBits) {
        double kr = switch (color.matrix()) {
            case BT601 -> 0.299;
            case BT709 -> 0.2126;
            case BT2020 -> 0.2627;
        };
        double kb = switch (color.matrix()) {
            case BT601 -> 0.114;
            case BT709 -> 0.0722;
            case BT2020 -> 0.0593;
        };
        double kg = 1 - kr - kb;
        int up = 1 << targetBits - 8;
        double white = (1 << sourceBits) - 1;
        double full = (1 << targetBits) - 1;
        double y = (color.fullRange() ? full : 219 * up) / white;
        double c = (color.fullRange() ? full : 224 * up) / white;
        double u = c / (2 * (1 - kb));
        double v = c / (2 * (1 - kr));
        return new FloatWeights((float) (y * kr), (float) (y * kg), (float) (y * kb), color.fullRange() ? 0 : 16 * up,
                (float) (-u * kr), (float) (-u * kg), (float) (u * (1 - kb)),
                (float) (v * (1 - kr)), (float) (-v * kg), (float) (-v * kb), 128 * up);
    }
}
