package lumen.card;

/** Luma weights of the YCbCr matrices. */
public enum YuvMatrix {
    /** ITU-R BT.601. */
    BT601(0.299, 0.114),
    /** ITU-R BT.709. */
    BT709(0.2126, 0.0722),
    /** ITU-R BT.2020, non-constant luminance. */
    BT2020(0.2627, 0.0593);

    final double kr;
    final double kb;

    YuvMatrix(double kr, double kb) {
        this.kr = kr;
        this.kb = kb;
    }
}
