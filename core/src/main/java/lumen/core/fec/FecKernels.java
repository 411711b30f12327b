package lumen.core.fec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Picks the kernel for this CPU and says which and why. The vector kernel is a thousand times slower than
 * the scalar one until it is compiled, so the scalar one answers until {@link #warmUp()} has run.
 */
public final class FecKernels {
    /** Enough calls for the optimising compiler, on input so small that the interpreter gets through. */
    private static final int WARM_CALLS = 6000;
    private static final int WARM_LENGTH = 320;
    private static final int WARM_DATA = 6;
    private static final int WARM_PARITY = 6;
    private static final FecKernels SHARED = choose();

    private final MatrixKernel scalar = new ScalarKernel();
    private final MatrixKernel product;
    private final String reason;
    private volatile MatrixKernel active = scalar;

    private FecKernels(MatrixKernel product, String reason) {
        this.product = product == null ? scalar : product;
        this.reason = reason;
    }

    /** The kernels of this process. */
    public static FecKernels shared() {
        return SHARED;
    }

    /** The kernel to use now. Any thread; a plain volatile read. */
    public MatrixKernel active() {
        return active;
    }

    /** The specification. */
    public MatrixKernel scalar() {
        return scalar;
    }

    /** The kernel chosen for this CPU, warm or not. */
    public MatrixKernel product() {
        return product;
    }

    /** One line for the log: the chosen kernel and why. */
    public String description() {
        return product.name() + ": " + reason;
    }

    /** True once the product answers. */
    public boolean warm() {
        return active == product;
    }

    /**
     * Runs the chosen kernel until it is compiled, checks it against the specification, and puts it to
     * use. Takes one to four seconds; call it once, on a background thread.
     *
     * @return false if the kernel's results were wrong; the scalar one then stays
     */
    public boolean warmUp() {
        if (warm()) {
            return true;
        }
        try (Arena arena = Arena.ofConfined()) {
            int shards = WARM_DATA + 2 * WARM_PARITY;
            MemorySegment memory = arena.allocate((long) shards * WARM_LENGTH, 64);
            long[] offsets = new long[shards];
            for (int s = 0; s < shards; s++) {
                offsets[s] = (long) s * WARM_LENGTH;
            }
            for (int b = 0; b < WARM_DATA * WARM_LENGTH; b++) {
                memory.set(ValueLayout.JAVA_BYTE, b, (byte) (b * 31 + (b >>> 7)));
            }
            int[] quads = new int[(WARM_PARITY + 3) / 4 * WARM_DATA];
            for (int i = 0; i < quads.length; i++) {
                quads[i] = 0x9E3779B9 * (i + 1);
            }
            for (int i = 0; i < WARM_CALLS; i++) {
                // Full and partial row groups, with and without an overlapping last strip.
                product.multiply(quads, 1 + i % WARM_PARITY, WARM_DATA, WARM_LENGTH - i % 2 * 16, memory, offsets, 0,
                        offsets, WARM_DATA);
            }
            product.multiply(quads, WARM_PARITY, WARM_DATA, WARM_LENGTH, memory, offsets, 0, offsets, WARM_DATA);
            scalar.multiply(quads, WARM_PARITY, WARM_DATA, WARM_LENGTH, memory, offsets, 0, offsets,
                    WARM_DATA + WARM_PARITY);
            long size = (long) WARM_PARITY * WARM_LENGTH;
            if (memory.asSlice(offsets[WARM_DATA], size)
                    .mismatch(memory.asSlice(offsets[WARM_DATA + WARM_PARITY], size)) >= 0) {
                return false;
            }
        }
        active = product;
        return true;
    }

    /** The kernel for a vector width in bits, for tests and benchmarks. */
    public static MatrixKernel vector(int bits) {
        return switch (bits) {
            case 512 -> new Vector512Kernel();
            case 256 -> new Vector256Kernel();
            case 128 -> new Vector128Kernel();
            default -> throw new IllegalArgumentException("vector width " + bits + ", allowed: 128, 256, 512");
        };
    }

    private static FecKernels choose() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new FecKernels(null, "the module jdk.incubator.vector is not in this runtime");
        }
        int bits = PreferredWidth.bits();
        String reason = "the CPU's preferred vector width is " + bits + " bits";
        if (bits < 128) {
            return new FecKernels(null, reason);
        }
        // AVX2 has no permute across a 256-bit vector: two shuffles of 16 bytes beat what C2 puts in its place.
        return bits < 512 ? new FecKernels(vector(128), reason + ", where 16-byte shuffles are fastest")
                : new FecKernels(vector(512), reason);
    }

    /** A class of its own, loaded only where the vector module is there. */
    private static final class PreferredWidth {
        static int bits() {
            return jdk.incubator.vector.ByteVector.SPECIES_PREFERRED.vectorBitSize();
        }
    }
}
