package lumen.plugin.ffmpeg;

/** The codes of a picture of even size, chroma interleaved. */
class Planes {
    final int[][] luma;
    final int[][] chroma;

    Planes(int width, int height) {
        luma = new int[height + 1 & ~1][width + 1 & ~1];
        chroma = new int[luma.length / 2][luma[0].length];
    }
}
