package lumen.core.fec;

/** The decode rows of the fixed audio matrix: at most two data shards missing, so a 2×2 inverse by hand. */
final class SmallDecodeMatrix {

    /** As {@link CauchyDecodeMatrix#build}, for {@code e} of 1 or 2. */
    void build(ErasureCode code, int k, int m, int e, int[] missing, int[] repair, boolean[] present, int[] quads) {
        int a = code.coefficient(m, repair[0], missing[0]);
        int b = e == 1 ? 0 : code.coefficient(m, repair[0], missing[1]);
        int c = e == 1 ? 0 : code.coefficient(m, repair[1], missing[0]);
        int d = e == 1 ? 1 : code.coefficient(m, repair[1], missing[1]);
        int scale = GaloisField256.inverse(GaloisField256.multiply(a, d) ^ GaloisField256.multiply(b, c));
        int column = 0;
        for (int i = 0; i < k; i++) {
            if (present[i]) {
                int p = code.coefficient(m, repair[0], i);
                int q = e == 1 ? 0 : code.coefficient(m, repair[1], i);
                quads[column++] = rows(a, b, c, d, scale, p, q);
            }
        }
        quads[column++] = rows(a, b, c, d, scale, 1, 0);
        if (e == 2) {
            quads[column] = rows(a, b, c, d, scale, 0, 1);
        }
    }

    /** Both rows of {@code inverse([a b; c d]) · (p, q)}, packed as a quad; subtraction is addition here. */
    private static int rows(int a, int b, int c, int d, int scale, int p, int q) {
        int first = GaloisField256.multiply(d, p) ^ GaloisField256.multiply(b, q);
        int second = GaloisField256.multiply(c, p) ^ GaloisField256.multiply(a, q);
        return GaloisField256.multiply(scale, first) | GaloisField256.multiply(scale, second) << 8;
    }
}
