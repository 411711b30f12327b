package lumen.core.fec;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product on 512-bit vectors: four output rows by 128 bytes are accumulated in registers.
 * One 64-byte permute looks up either nibble of 64 bytes at once (AVX-512 VBMI).
 *
 * <p>Written out by hand: C2 boxes the vectors if the steps are methods of their own, at a fiftieth of
 * the speed. It boxes them too where it can't tell their class: methods that {@code ByteVector} and
 * {@code LongVector} share among all widths, such as {@code and}, are called in the loop only on results of
 * {@code lanewise}, whose class this method's own profile tells. The stores can't avoid it: a process should run one width of kernel. Nibbles are shifted
 * through 64-bit lanes, since x86 has no byte shift.
 */
final class Vector512Kernel implements MatrixKernel {
    /** Bytes handled at once; shorter shards go to the scalar kernel. */
    static final int STRIP = 128;

    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_512;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_512;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final ScalarKernel SCALAR = new ScalarKernel();

    @Override
    public String name() {
        return "vector-512";
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
        ByteVector zero = ByteVector.zero(SPECIES);
        LongVector low = LongVector.broadcast(LONGS, 0x0F0F_0F0F_0F0F_0F0FL);
        LongVector high = LongVector.broadcast(LONGS, 0xF0F0_F0F0_F0F0_F0F0L);
        ByteVector upper = ByteVector.broadcast(SPECIES, 16);
        ByteVector a0 = zero;
        ByteVector a1 = zero;
        ByteVector a2 = zero;
        ByteVector a3 = zero;
        ByteVector b0 = zero;
        ByteVector b1 = zero;
        ByteVector b2 = zero;
        ByteVector b3 = zero;
        int quad = r / 4 * columns;
        for (int c = 0; c < columns; c++) {
            int q = quads[quad + c];
            long from = in[inAt + c] + at;
            LongVector v = LongVector.fromMemorySegment(LONGS, memory, from, LE);
            ByteVector vl = v.lanewise(AND, low).reinterpretAsBytes();
            ByteVector vh = v.lanewise(AND, high).lanewise(LSHR, 4).reinterpretAsBytes().lanewise(OR, upper);
            LongVector w = LongVector.fromMemorySegment(LONGS, memory, from + 64, LE);
            ByteVector wl = w.lanewise(AND, low).reinterpretAsBytes();
            ByteVector wh = w.lanewise(AND, high).lanewise(LSHR, 4).reinterpretAsBytes().lanewise(OR, upper);
            ByteVector t = ByteVector.fromMemorySegment(SPECIES, tables, (q & 0xFF) << 5, LE);
            a0 = a0.lanewise(XOR, vl.selectFrom(t).lanewise(XOR, vh.selectFrom(t)));
            b0 = b0.lanewise(XOR, wl.selectFrom(t).lanewise(XOR, wh.selectFrom(t)));
            t = ByteVector.fromMemorySegment(SPECIES, tables, q >>> 3 & 0x1FE0, LE);
            a1 = a1.lanewise(XOR, vl.selectFrom(t).lanewise(XOR, vh.selectFrom(t)));
            b1 = b1.lanewise(XOR, wl.selectFrom(t).lanewise(XOR, wh.selectFrom(t)));
            t = ByteVector.fromMemorySegment(SPECIES, tables, q >>> 11 & 0x1FE0, LE);
            a2 = a2.lanewise(XOR, vl.selectFrom(t).lanewise(XOR, vh.selectFrom(t)));
            b2 = b2.lanewise(XOR, wl.selectFrom(t).lanewise(XOR, wh.selectFrom(t)));
            t = ByteVector.fromMemorySegment(SPECIES, tables, q >>> 19 & 0x1FE0, LE);
            a3 = a3.lanewise(XOR, vl.selectFrom(t).lanewise(XOR, vh.selectFrom(t)));
            b3 = b3.lanewise(XOR, wl.selectFrom(t).lanewise(XOR, wh.selectFrom(t)));
        }
        int rest = rows - r;
        long to = out[outAt + r] + at;
        a0.intoMemorySegment(memory, to, LE);
        b0.intoMemorySegment(memory, to + 64, LE);
        if (rest > 1) {
            to = out[outAt + r + 1] + at;
            a1.intoMemorySegment(memory, to, LE);
            b1.intoMemorySegment(memory, to + 64, LE);
        }
        if (rest > 2) {
            to = out[outAt + r + 2] + at;
            a2.intoMemorySegment(memory, to, LE);
            b2.intoMemorySegment(memory, to + 64, LE);
        }
        if (rest > 3) {
            to = out[outAt + r + 3] + at;
            a3.intoMemorySegment(memory, to, LE);
            b3.intoMemorySegment(memory, to + 64, LE);
        }
    }
}
