package lumen.core.fec;

/** Arithmetic in GF(2^8) with the polynomial 0x11D and generator 2 (GameStream's field). */
public final class GaloisField256 {
    /** x^8 + x^4 + x^3 + x^2 + 1. */
    public static final int POLYNOMIAL = 0x11D;

    private static final int ORDER = 255;
    private static final byte[] LOG = new byte[256];
    /** Two periods, so that a sum of two logarithms needs no modulo. */
    private static final byte[] EXP = new byte[2 * ORDER];

    static {
        int x = 1;
        for (int i = 0; i < ORDER; i++) {
            EXP[i] = (byte) x;
            EXP[i + ORDER] = (byte) x;
            LOG[x] = (byte) i;
            x <<= 1;
            if (x > 0xFF) {
                x ^= POLYNOMIAL;
            }
        }
    }

    private GaloisField256() {
    }

    /** The product of two elements, each 0 to 255. */
    public static int multiply(int a, int b) {
        return a == 0 || b == 0 ? 0 : EXP[(LOG[a] & 0xFF) + (LOG[b] & 0xFF)] & 0xFF;
    }

    /** The multiplicative inverse of 1 to 255. */
    public static int inverse(int a) {
        if (a == 0) {
            throw new ArithmeticException("0 has no inverse");
        }
        return EXP[ORDER - (LOG[a] & 0xFF)] & 0xFF;
    }

    /** The exponent of 2 that gives {@code a}, 1 to 255. */
    static int log(int a) {
        return LOG[a] & 0xFF;
    }

    /** 2 to the power of {@code n}, 0 to 254. */
    public static int power(int n) {
        return EXP[n] & 0xFF;
    }
}
