package lumen.core.fec;

import java.lang.foreign.MemorySegment;

/**
 * A systematic erasure code: {@code m} parity shards for {@code k} data shards, of which any {@code m} may
 * be lost. Video uses a Cauchy matrix of any size, audio a fixed 4+2 matrix (streams.md 1.6, 2.2).
 * Allocates nothing after construction. Not thread-safe: one instance a thread.
 */
public final class ErasureCode {
    /** Most shards of a block, data and parity together. */
    public static final int MAX_SHARDS = 255;

    private static final int[] AUDIO = {0x77, 0x40, 0x38, 0x0E, 0xC7, 0xA7, 0x0D, 0x6C};
    /** The largest product of two numbers that add up to 255, in groups of four rows. */
    private static final int QUADS = 8192;

    private final FecKernels kernels;
    private final MatrixKernel fixedKernel;
    private final boolean audio;

    private final int[] encodeQuads = new int[QUADS];
    private int encodeData;
    private int encodeParity;

    private final int[] decodeQuads = new int[QUADS];
    private final int[] missing = new int[MAX_SHARDS];
    private final int[] repair = new int[MAX_SHARDS];
    private final long[] inputs = new long[MAX_SHARDS];
    private final long[] outputs = new long[MAX_SHARDS];
    private final CauchyDecodeMatrix cauchyMatrix = new CauchyDecodeMatrix();
    private final SmallDecodeMatrix smallMatrix = new SmallDecodeMatrix();

    private ErasureCode(FecKernels kernels, MatrixKernel fixedKernel, boolean audio) {
        this.kernels = kernels;
        this.fixedKernel = fixedKernel;
        this.audio = audio;
    }

    /** The video code, on the best kernel that is warm. */
    public static ErasureCode video() {
        return new ErasureCode(FecKernels.shared(), null, false);
    }

    /** The audio code; its blocks are tiny, so it stays on the scalar kernel. */
    public static ErasureCode audio() {
        return new ErasureCode(null, FecKernels.shared().scalar(), true);
    }

    /** The video code on a given kernel, for tests and benchmarks. */
    public static ErasureCode video(MatrixKernel kernel) {
        return new ErasureCode(null, kernel, false);
    }

    /** The coefficient of data shard {@code column} in parity shard {@code row}. */
    public int coefficient(int parityShards, int row, int column) {
        return audio ? AUDIO[row * 4 + column] : GaloisField256.inverse(parityShards + column ^ row);
    }

    /**
     * Computes the parity shards.
     *
     * @param k       data shards, at least 1
     * @param m       parity shards, {@code k + m ≤ 255}; audio: 4 and 2
     * @param length  bytes of each shard
     * @param memory  off-heap memory that holds all shards
     * @param offsets where each shard begins: data from {@code offsets[0]}, parity from {@code offsets[k]}
     */
    public void encode(int k, int m, int length, MemorySegment memory, long[] offsets) {
        check(k, m);
        if (m == 0) {
            return;
        }
        if (k != encodeData || m != encodeParity) {
            for (int r = 0; r < m; r += 4) {
                for (int c = 0; c < k; c++) {
                    int q = 0;
                    for (int j = Math.min(4, m - r) - 1; j >= 0; j--) {
                        q = q << 8 | coefficient(m, r + j, c);
                    }
                    encodeQuads[r / 4 * k + c] = q;
                }
            }
            encodeData = k;
            encodeParity = m;
        }
        kernel().multiply(encodeQuads, m, k, length, memory, offsets, 0, offsets, k);
    }

    /**
     * Computes the data shards that are missing, from any {@code k} shards that are there. Missing parity
     * is left alone.
     *
     * @param present which of the {@code k + m} shards are there
     * @return data shards recovered, or -1 if fewer than {@code k} shards are there
     */
    public int decode(int k, int m, int length, MemorySegment memory, long[] offsets, boolean[] present) {
        check(k, m);
        int e = 0;
        int known = 0;
        for (int i = 0; i < k; i++) {
            if (present[i]) {
                inputs[known++] = offsets[i];
            } else {
                outputs[e] = offsets[i];
                missing[e++] = i;
            }
        }
        if (e == 0) {
            return 0;
        }
        int parities = 0;
        for (int j = 0; j < m && parities < e; j++) {
            if (present[k + j]) {
                inputs[known + parities] = offsets[k + j];
                repair[parities++] = j;
            }
        }
        if (parities < e) {
            return -1;
        }
        if (audio) {
            smallMatrix.build(this, k, m, e, missing, repair, present, decodeQuads);
        } else {
            cauchyMatrix.build(k, m, e, missing, repair, present, decodeQuads);
        }
        kernel().multiply(decodeQuads, e, k, length, memory, inputs, 0, outputs, 0);
        return e;
    }

    private MatrixKernel kernel() {
        return fixedKernel != null ? fixedKernel : kernels.active();
    }

    private void check(int k, int m) {
        if (k < 1 || m < 0 || k + m > MAX_SHARDS || audio && (k != 4 || m != 2)) {
            throw new IllegalArgumentException("no code for " + k + " + " + m + " shards");
        }
    }
}
