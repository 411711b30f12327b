package lumen.spi;

/** How encoded colour is sampled. */
public enum Chroma {
    /** Half in both directions, 4:2:0. */
    YUV420,
    /** In full, 4:4:4. */
    YUV444
}
