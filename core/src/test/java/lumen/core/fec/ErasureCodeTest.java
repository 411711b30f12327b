package lumen.core.fec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lumen.core.Vectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ErasureCodeTest {
    private static final int[] WIDTHS = {128, 256, 512};

    @Test
    @DisplayName("V3, A1: matrices and parity equal the vectors of the field")
    @SuppressWarnings("unchecked")
    void shouldReproduceEveryVector() throws Exception {
        for (Map<String, Object> v : (List<Map<String, Object>>) Vectors.load("fec-vectors.json").get("vectors")) {
            int k = (int) v.get("dataShards");
            int m = (int) v.get("parityShards");
            int length = (int) v.get("shardLen");
            ErasureCode code = v.get("matrix").equals("cauchy") ? ErasureCode.video() : ErasureCode.audio();
            byte[] matrix = new byte[m * k];
            for (int r = 0; r < m; r++) {
                for (int c = 0; c < k; c++) {
                    matrix[r * k + c] = (byte) code.coefficient(m, r, c);
                }
            }
            assertEquals(v.get("parityMatrixSha256"), sha256(matrix), (String) v.get("name"));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate((long) (k + m) * length);
                for (int i = 0; i < k; i++) {
                    for (int b = 0; b < length; b++) {
                        memory.set(ValueLayout.JAVA_BYTE, (long) i * length + b, (byte) (31 * i + 7 * b + 1));
                    }
                }
                code.encode(k, m, length, memory, offsets(k + m, length));
                byte[] parity = memory.asSlice((long) k * length).toArray(ValueLayout.JAVA_BYTE);
                assertEquals(v.get("paritySha256"), sha256(parity), (String) v.get("name"));
            }
        }
    }

    @Test
    @DisplayName("The field's constants: inverse(2) = 8e, inverse(3) = f4, 53 · ca = 8f")
    void shouldAgreeOnTheField() {
        assertEquals(0x8E, GaloisField256.inverse(2));
        assertEquals(0xF4, GaloisField256.inverse(3));
        assertEquals(0x8F, GaloisField256.multiply(0x53, 0xCA));
        assertEquals(0x1D, GaloisField256.power(8));
    }

    @Property(tries = 60)
    @Label("Every vector kernel equals the scalar one, and touches no byte behind a shard")
    void vectorEqualsScalar(@ForAll @IntRange(min = 1, max = 60) int k, @ForAll @IntRange(min = 1, max = 20) int m,
                            @ForAll @IntRange(min = 1, max = 400) int length, @ForAll long seed) {
        int gap = 7;
        int stride = length + gap;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment expected = random(arena, (long) (k + m) * stride, seed);
            MemorySegment actual = arena.allocate(expected.byteSize());
            long[] offsets = offsets(k + m, stride);
            MemorySegment source = arena.allocate(expected.byteSize()).copyFrom(expected);
            ErasureCode.video(FecKernels.shared().scalar()).encode(k, m, length, expected, offsets);
            for (int width : WIDTHS) {
                actual.copyFrom(source);
                ErasureCode.video(FecKernels.vector(width)).encode(k, m, length, actual, offsets);
                assertEquals(-1, expected.mismatch(actual), "width " + width);
            }
        }
    }

    @Property(tries = 100)
    @Label("V3: any m erasures of k + m recover")
    void anyErasuresRecover(@ForAll @IntRange(min = 1, max = 212) int k, @ForAll @IntRange(min = 1, max = 43) int m,
                            @ForAll long seed) {
        int length = 21;
        Random random = new Random(seed);
        try (Arena arena = Arena.ofConfined()) {
            ErasureCode code = ErasureCode.video(FecKernels.shared().scalar());
            MemorySegment memory = random(arena, (long) (k + m) * length, seed);
            long[] offsets = offsets(k + m, length);
            code.encode(k, m, length, memory, offsets);
            MemorySegment whole = arena.allocate(memory.byteSize()).copyFrom(memory);
            boolean[] present = new boolean[k + m];
            Arrays.fill(present, true);
            for (int lost = 0; lost < m; ) {
                int i = random.nextInt(k + m);
                if (present[i]) {
                    present[i] = false;
                    memory.asSlice(offsets[i], length).fill((byte) random.nextInt());
                    lost++;
                }
            }
            assertTrue(code.decode(k, m, length, memory, offsets, present) >= 0);
            assertEquals(-1, whole.asSlice(0, (long) k * length).mismatch(memory.asSlice(0, (long) k * length)));
        }
    }

    @Test
    @DisplayName("The decode rows agree with the code for the largest blocks: 128 + 127 and 1 + 254")
    void largestBlocksRecover() {
        for (int[] size : new int[][] {{128, 127}, {1, 254}, {254, 1}, {127, 128}}) {
            int k = size[0];
            int m = size[1];
            try (Arena arena = Arena.ofConfined()) {
                ErasureCode code = ErasureCode.video(FecKernels.shared().scalar());
                MemorySegment memory = random(arena, (k + m) * 16L, k);
                long[] offsets = offsets(k + m, 16);
                code.encode(k, m, 16, memory, offsets);
                MemorySegment whole = arena.allocate(memory.byteSize()).copyFrom(memory);
                boolean[] present = new boolean[k + m];
                Arrays.fill(present, true);
                for (int i = 0; i < Math.min(k, m); i++) {
                    present[i] = false;
                    memory.asSlice(offsets[i], 16).fill((byte) 0);
                }
                assertEquals(Math.min(k, m), code.decode(k, m, 16, memory, offsets, present));
                assertEquals(-1, whole.mismatch(memory));
            }
        }
    }

    @Test
    @DisplayName("A1: any two of the six audio shards may be lost")
    void anyTwoAudioShardsMayBeLost() {
        try (Arena arena = Arena.ofConfined()) {
            ErasureCode code = ErasureCode.audio();
            MemorySegment memory = random(arena, 6 * 60, 4);
            long[] offsets = offsets(6, 60);
            code.encode(4, 2, 60, memory, offsets);
            byte[] data = memory.asSlice(0, 240).toArray(ValueLayout.JAVA_BYTE);
            for (int a = 0; a < 6; a++) {
                for (int b = 0; b < 6; b++) {
                    MemorySegment damaged = arena.allocate(360).copyFrom(memory);
                    boolean[] present = new boolean[6];
                    Arrays.fill(present, true);
                    for (int lost : new int[] {a, b}) {
                        present[lost] = false;
                        damaged.asSlice(offsets[lost], 60).fill((byte) 9);
                    }
                    assertTrue(code.decode(4, 2, 60, damaged, offsets, present) >= 0);
                    assertArrayEquals(data, damaged.asSlice(0, 240).toArray(ValueLayout.JAVA_BYTE));
                }
            }
        }
    }

    @Test
    void tooFewShardsAreRefused() {
        try (Arena arena = Arena.ofConfined()) {
            boolean[] present = {false, true, true, true, false, false};
            assertEquals(-1, ErasureCode.audio().decode(4, 2, 8, arena.allocate(48), offsets(6, 8), present));
        }
    }

    @Test
    void theWarmKernelIsPutToUse() {
        FecKernels kernels = FecKernels.shared();
        assertTrue(kernels.warmUp(), kernels.description());
        assertEquals(kernels.product().name(), kernels.active().name());
        assertTrue(kernels.description().contains("vector width"));
    }

    static long[] offsets(int shards, int stride) {
        long[] offsets = new long[shards];
        for (int i = 0; i < shards; i++) {
            offsets[i] = (long) i * stride;
        }
        return offsets;
    }

    private static MemorySegment random(Arena arena, long size, long seed) {
        byte[] bytes = new byte[(int) size];
        new Random(seed).nextBytes(bytes);
        return arena.allocate(size).copyFrom(MemorySegment.ofArray(bytes));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
