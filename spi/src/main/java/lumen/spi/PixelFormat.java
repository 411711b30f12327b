package lumen.spi;

/** Pixel layouts in memory, named and numbered as in {@code drm_fourcc.h} (little-endian words). */
public enum PixelFormat {
    /** Bytes B, G, R, unused. */
    XRGB8888(fourcc('X', 'R', '2', '4'), 8),
    /** Bytes B, G, R, A. */
    ARGB8888(fourcc('A', 'R', '2', '4'), 8),
    /** Bytes R, G, B, unused. */
    XBGR8888(fourcc('X', 'B', '2', '4'), 8),
    /** Bytes R, G, B, A. */
    ABGR8888(fourcc('A', 'B', '2', '4'), 8),
    /** 2 unused bits, then 10 of R, G and B, from the word's top. */
    XRGB2101010(fourcc('X', 'R', '3', '0'), 10),
    /** 2 bits of A, then 10 of R, G and B, from the word's top. */
    ARGB2101010(fourcc('A', 'R', '3', '0'), 10),
    /** 2 unused bits, then 10 of B, G and R, from the word's top. */
    XBGR2101010(fourcc('X', 'B', '3', '0'), 10),
    /** 2 bits of A, then 10 of B, G and R, from the word's top. */
    ABGR2101010(fourcc('A', 'B', '3', '0'), 10);

    private final int fourcc;
    private final int bitDepth;

    PixelFormat(int fourcc, int bitDepth) {
        this.fourcc = fourcc;
        this.bitDepth = bitDepth;
    }

    /** The DRM four-character code. */
    public int fourcc() {
        return fourcc;
    }

    /** Bytes a pixel. */
    public int bytesPerPixel() {
        return 4;
    }

    /** Bits of each colour, 8 or 10. */
    public int bitDepth() {
        return bitDepth;
    }

    /** True if red comes before blue in memory: it has the lowest bits of the word. */
    public boolean redFirst() {
        return this == XBGR8888 || this == ABGR8888 || this == XBGR2101010 || this == ABGR2101010;
    }

    private static int fourcc(char a, char b, char c, char d) {
        return a | b << 8 | c << 16 | d << 24;
    }
}
