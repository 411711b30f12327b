package lumen.spi;

import java.util.Objects;

/**
 * How numbers map to light, for captured frames and for the encoded stream.
 *
 * @param matrix    RGB to YCbCr matrix; meaningful for YCbCr only
 * @param fullRange true: 0–255, false: 16–235
 */
public record ColorInfo(Matrix matrix, boolean fullRange) {
    public ColorInfo {
        Objects.requireNonNull(matrix);
    }

    /** sRGB as desktops draw it. */
    public static final ColorInfo DESKTOP = new ColorInfo(Matrix.BT709, true);

    /** YCbCr matrix coefficients, with the primaries and transfer of the same recommendation. */
    public enum Matrix {
        /** ITU-R BT.601. */
        BT601,
        /** ITU-R BT.709. */
        BT709,
        /** ITU-R BT.2020, non-constant luminance. */
        BT2020
    }
}
