package lumen.core.fec;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product on 256-bit vectors: four output rows by 64 bytes are accumulated in registers.
 * One 32-byte permute looks up either nibble of 32 bytes at once.
 *
 * <p>Written out by hand: C2 boxes the vectors if the steps are methods of their own, at a fiftieth of
 * the speed. Nibbles are shifted through 64-bit lanes, since x86 has no byte shift.
 */
final class Vector256Kernel implements MatrixKernel {
    /** Bytes handled at once; shorter shards go to the scalar kernel. */
    static final int STRIP = 64;

    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_256;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final ScalarKernel SCALAR = new ScalarKernel();

    @Override
    public String name() {
        return "vector-256";
    }

    @Override
    public void multiply(int[] quads, int rows, int columns, int length, MemorySegment memory, long[] in, int inAt,
                         long[] out, int outAt) {
        if (length < STRIP) {
            SCALAR.multiply(quads, rows, columns, length, memory, in, inAt, out, outAt);
            return;
        }
        // The last strip overlaps the one before, so that not a byte behind the shard is touched.
        for (int r = 0; r < rows; r += 4) {
            int at = 0;
            for (; at <= length - STRIP; at += STRIP) {
                strip(quads, rows, r, columns, memory, in, inAt, out, outAt, at);
            }
            if (at < length) {
                strip(quads, rows, r, columns, memory, in, inAt, out, outAt, length - STRIP);
            }
        }
    }

    private static void strip(int[] quads, int rows, int r, int columns, MemorySegment memory, long[] in, int inAt,
                              long[] out, int outAt, int at) {
        MemorySegment tables = NibbleTables.TABLES;
        ByteVector fifteen = ByteVector.broadcast(SPECIES, 15);
        ByteVector sixteen = ByteVector.broadcast(SPECIES, 16);
        ByteVector a0 = ByteVector.zero(SPECIES);
        ByteVector a1 = a0;
        ByteVector a2 = a0;
        ByteVector a3 = a0;
        ByteVector b0 = a0;
        ByteVector b1 = a0;
        ByteVector b2 = a0;
        ByteVector b3 = a0;
        int quad = r / 4 * columns;
        for (int c = 0; c < columns; c++) {
            int q = quads[quad + c];
            long from = in[inAt + c] + at;
            ByteVector v = ByteVector.fromMemorySegment(SPECIES, memory, from, LE);
            ByteVector w = ByteVector.fromMemorySegment(SPECIES, memory, from + 32, LE);
            ByteVector vl = v.and(fifteen);
            ByteVector vh = v.reinterpretAsLongs().lanewise(VectorOperators.LSHR, 4).reinterpretAsBytes().and(fifteen).or(sixteen);
            ByteVector wl = w.and(fifteen);
            ByteVector wh = w.reinterpretAsLongs().lanewise(VectorOperators.LSHR, 4).reinterpretAsBytes().and(fifteen).or(sixteen);
            ByteVector t = ByteVector.fromMemorySegment(SPECIES, tables, (q & 0xFF) << 5, LE);
            a0 = a0.lanewise(VectorOperators.XOR, vl.selectFrom(t).lanewise(VectorOperators.XOR, vh.selectFrom(t)));
            b0 = b0.lanewise(VectorOperators.XOR, wl.selectFrom(t).lanewise(VectorOperators.XOR, wh.selectFrom(t)));
            t = ByteVector.fromMemorySegment(SPECIES, tables, q >>> 3 & 0x1FE0, LE);
            a1 = a1.lanewise(VectorOperators.XOR, vl.selectFrom(t).lanewise(VectorOperators.XOR, vh.selectFrom(t)));
            b1 = b1.lanewise(VectorOperators.XOR, wl.selectFrom(t).lanewise(VectorOperators.XOR, wh.selectFrom(t)));
            t = ByteVector.fromMemorySegment(SPECIES, tables, q >>> 11 & 0x1FE0, LE);
            a2 = a2.lanewise(VectorOperators.XOR, vl.selectFrom(t).lanewise(VectorOperators.XOR, vh.selectFrom(t)));
            b2 = b2.lanewise(VectorOperators.XOR, wl.selectFrom(t).lanewise(VectorOperators.XOR, wh.selectFrom(t)));
            t = ByteVector.fromMemorySegment(SPECIES, tables, q >>> 19 & 0x1FE0, LE);
            a3 = a3.lanewise(VectorOperators.XOR, vl.selectFrom(t).lanewise(VectorOperators.XOR, vh.selectFrom(t)));
            b3 = b3.lanewise(VectorOperators.XOR, wl.selectFrom(t).lanewise(VectorOperators.XOR, wh.selectFrom(t)));
        }
        int rest = rows - r;
        long to = out[outAt + r] + at;
        a0.intoMemorySegment(memory, to, LE);
        b0.intoMemorySegment(memory, to + 32, LE);
        if (rest > 1) {
            to = out[outAt + r + 1] + at;
            a1.intoMemorySegment(memory, to, LE);
            b1.intoMemorySegment(memory, to + 32, LE);
        }
        if (rest > 2) {
            to = out[outAt + r + 2] + at;
            a2.intoMemorySegment(memory, to, LE);
            b2.intoMemorySegment(memory, to + 32, LE);
        }
        if (rest > 3) {
            to = out[outAt + r + 3] + at;
            a3.intoMemorySegment(memory, to, LE);
            b3.intoMemorySegment(memory, to + 32, LE);
        }
    }
}
