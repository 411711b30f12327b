package lumen.plugin.ffmpeg.color;

/** Converts two rows of 32-bit RGB pixels to two rows of luma and one row of interleaved chroma. */
public interface Nv12Kernel {

    /**
     * Converts one pair of rows. Addresses are absolute and have been checked by the caller. An odd
     * last column is repeated, so {@code (width + 1) & ~1} bytes are written to each destination row.
     *
     * @param top       first source row
     * @param bottom    second source row; the first again for an odd last row
     * @param redFirst  true for bytes R, G, B, x; false for B, G, R, x
     * @param width     pixels in a source row
     * @param lumaTop   destination of the first row's luma
     * @param lumaBottom destination of the second row's luma
     * @param chroma    destination of the pair's chroma, U first
     */
    void rowPair(long top, long bottom, boolean redFirst, int width, long lumaTop, long lumaBottom, long chroma,
                 Coefficients c);

    /** For logs, such as {@code vector 512 bit}. */
    String description();
}
