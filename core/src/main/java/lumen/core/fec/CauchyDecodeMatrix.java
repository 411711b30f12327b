package lumen.core.fec;

/**
 * The rows that give missing data shards from the shards that are there, for the Cauchy matrix with row
 * points {@code x_j = j} and column points {@code y_i = m + i}.
 *
 * <p>By Cramer's rule both factors of {@code inverse(C_missing) · C_known} are quotients of Cauchy
 * determinants, whose products almost cancel. What is left costs one exponential a coefficient, where
 * elimination would cost {@code e} multiplications each: with 40 of 200 shards lost, less than the bytes.
 */
final class CauchyDecodeMatrix {
    private static final int ORDER = 255;

    private final int[] missingLog = new int[ORDER];

    /**
     * @param e       data shards missing, and parity shards used in their place
     * @param missing their indices
     * @param repair  indices of the parity shards used
     * @param present which shards are there
     * @param quads   gets {@code e} rows of {@code k} columns: known data in order, then {@code repair}
     */
    void build(int k, int m, int e, int[] missing, int[] repair, boolean[] present, int[] quads) {
        for (int a = 0; a < e; a++) {
            int y = m + missing[a];
            int sum = 0;
            for (int b = 0; b < e; b++) {
                if (b != a) {
                    sum += GaloisField256.log(y ^ m + missing[b]);
                }
                sum += ORDER - GaloisField256.log(repair[b] ^ y);
            }
            missingLog[a] = sum % ORDER;
        }
        int column = 0;
        for (int i = 0; i < k; i++) {
            if (present[i]) {
                int y = m + i;
                int sum = 0;
                for (int b = 0; b < e; b++) {
                    sum += GaloisField256.log(y ^ m + missing[b]) + ORDER - GaloisField256.log(repair[b] ^ y);
                }
                column(quads, k, e, column++, sum, y, m, missing);
            }
        }
        for (int p = 0; p < e; p++) {
            int x = repair[p];
            int sum = 0;
            for (int b = 0; b < e; b++) {
                sum += GaloisField256.log(x ^ m + missing[b]);
                if (b != p) {
                    sum += ORDER - GaloisField256.log(x ^ repair[b]);
                }
            }
            column(quads, k, e, column++, sum, x, m, missing);
        }
    }

    /** Coefficient of a shard at {@code point} for missing shard a: {@code exp(sum − log(point − y_a) − v_a)}. */
    private void column(int[] quads, int k, int e, int column, int sum, int point, int m, int[] missing) {
        for (int g = 0; g < e; g += 4) {
            int q = 0;
            for (int a = Math.min(g + 4, e) - 1; a >= g; a--) {
                int log = sum + 2 * ORDER - GaloisField256.log(point ^ m + missing[a]) - missingLog[a];
                q = q << 8 | GaloisField256.power(log % ORDER);
            }
            quads[g / 4 * k + column] = q;
        }
    }
}
