package lumen.core.fec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The specification: one byte at a time. Answers until the vector kernel is warm, and for tiny shards. */
final class ScalarKernel implements MatrixKernel {
    /** Products of every pair of elements: {@code [coefficient << 8 | element]}. */
    private static final byte[] PRODUCTS = new byte[1 << 16];

    static {
        for (int a = 0; a < 256; a++) {
            for (int b = 0; b < 256; b++) {
                PRODUCTS[a << 8 | b] = (byte) GaloisField256.multiply(a, b);
            }
        }
    }

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void multiply(int[] quads, int rows, int columns, int length, MemorySegment memory, long[] in, int inAt,
                         long[] out, int outAt) {
        for (int r = 0; r < rows; r++) {
            long to = out[outAt + r];
            int shift = (r & 3) * 8;
            for (int c = 0; c < columns; c++) {
                int row = (quads[(r >> 2) * columns + c] >>> shift & 0xFF) << 8;
                long from = in[inAt + c];
                // The first column overwrites: clearing the output first would take a slice, an object a row.
                int keep = c == 0 ? 0 : 0xFF;
                for (int b = 0; b < length; b++) {
                    int x = memory.get(ValueLayout.JAVA_BYTE, from + b) & 0xFF;
                    int sum = memory.get(ValueLayout.JAVA_BYTE, to + b) & keep ^ PRODUCTS[row | x];
                    memory.set(ValueLayout.JAVA_BYTE, to + b, (byte) sum);
                }
            }
        }
    }
}
