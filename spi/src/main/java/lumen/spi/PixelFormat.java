package lumen.spi;

/** Pixel layouts in memory, named and numbered as in {@code drm_fourcc.h} (little-endian words). */
public enum PixelFormat {
    /** Bytes B, G, R, unused. */
    XRGB8888(fourcc('X', 'R', '2', '4'), 4),
    /** Bytes B, G, R, A. */
    ARGB8888(fourcc('A', 'R', '2', '4'), 4),
    /** Bytes R, G, B, unused. */
    XBGR8888(fourcc('X', 'B', '2', '4'), 4),
    /** Bytes R, G, B, A. */
    ABGR8888(fourcc('A', 'B', '2', '4'), 4);

    private final int fourcc;
    private final int bytesPerPixel;

    PixelFormat(int fourcc, int bytesPerPixel) {
        this.fourcc = fourcc;
        this.bytesPerPixel = bytesPerPixel;
    }

    /** The DRM four-character code. */
    public int fourcc() {
        return fourcc;
    }

    /** Bytes a pixel. */
    public int bytesPerPixel() {
        return bytesPerPixel;
    }

    private static int fourcc(char a, char b, char c, char d) {
        return a | b << 8 | c << 16 | d << 24;
    }
}
