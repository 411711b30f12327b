package lumen.core.fec;

import java.lang.foreign.MemorySegment;

/**
 * Multiplies shards by a matrix over GF(2^8): each output shard becomes the sum of all input shards, each
 * times its coefficient. Stateless; any thread.
 */
public interface MatrixKernel {

    /** Name for logs, such as {@code vector-512}. */
    String name();

    /**
     * Computes {@code out[r][b] = Σ coefficient(r, c) · in[c][b]} for every byte {@code b < length}.
     * Exactly {@code length} bytes of each output are written. Outputs must not overlap inputs.
     *
     * @param quads   coefficients, four rows to an {@code int}: row {@code r}, column {@code c} is byte
     *                {@code r % 4} (lowest first) of {@code quads[r / 4 * columns + c]}
     * @param memory  off-heap memory that holds all shards
     * @param in      offsets of the inputs in {@code memory}, from index {@code inAt} on
     * @param out     offsets of the outputs in {@code memory}, from index {@code outAt} on
     */
    void multiply(int[] quads, int rows, int columns, int length, MemorySegment memory, long[] in, int inAt,
                  long[] out, int outAt);
}
