package lumen.spi;

import java.util.Objects;

/**
 * How numbers map to light, for captured frames and for the encoded stream.
 *
 * @param primaries what red, green and blue are
 * @param transfer  from light to numbers
 * @param matrix    RGB to YCbCr matrix; meaningful for YCbCr only
 * @param fullRange true: 0–255, false: 16–235, of 8 bits
 */
public record ColorInfo(Primaries primaries, Transfer transfer, Matrix matrix, boolean fullRange) {
    public ColorInfo {
        Objects.requireNonNull(primaries);
        Objects.requireNonNull(transfer);
        Objects.requireNonNull(matrix);
    }

    /** Standard dynamic range, with the primaries and transfer of the matrix's own recommendation. */
    public ColorInfo(Matrix matrix, boolean fullRange) {
        this(matrix == Matrix.BT601 ? Primaries.BT601 : matrix == Matrix.BT709 ? Primaries.BT709 : Primaries.BT2020, Transfer.SDR,
                matrix, fullRange);
    }

    /** sRGB as desktops draw it. */
    public static final ColorInfo DESKTOP = new ColorInfo(Matrix.BT709, true);

    /** Colour primaries. */
    public enum Primaries {
        /** ITU-R BT.601, 525 lines. */
        BT601,
        /** ITU-R BT.709, which sRGB shares. */
        BT709,
        /** ITU-R BT.2020. */
        BT2020
    }

    /** Transfer characteristics. */
    public enum Transfer {
        /** The recommendation's own: sRGB's, BT.601's and BT.709's differ too little to tell here. */
        SDR,
        /** SMPTE ST 2084, perceptual quantiser. */
        PQ,
        /** ITU-R BT.2100 hybrid log-gamma. */
        HLG
    }

    /** YCbCr matrix coefficients. */
    public enum Matrix {
        /** ITU-R BT.601. */
        BT601,
        /** ITU-R BT.709. */
        BT709,
        /** ITU-R BT.2020, non-constant luminance. */
        BT2020
    }
}
