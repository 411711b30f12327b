package lumen.plugin.ffmpeg.color;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The conversion with 8 or 16 pixels a step. Written out in one method on purpose: vectors that pass
 * through methods of our own are boxed, which costs 50 times.
 */
public final class VectorKernel implements Nv12Kernel {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class,
            VectorShape.forBitSize(Math.max(64, INTS.vectorBitSize() / 4)));
    private static final int LANES = INTS.length();
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /** True if this CPU's vectors are wide enough: a quarter of one must still be a vector. */
    public static boolean supported() {
        return INTS.vectorBitSize() >= 256;
    }

    @Override
    public String description() {
        return "vector " + INTS.vectorBitSize() + " bit";
    }

    @Override
    public void rowPair(long top, long bottom, boolean redFirst, int width, long lumaTop, long lumaBottom, long chroma,
                        Coefficients c) {
        if (width < LANES) {
            ScalarKernel.columns(0, top, bottom, redFirst, width, lumaTop, lumaBottom, chroma, c);
            return;
        }
        // "low" is the colour in the lowest byte of a pixel, "high" the one in the third.
        int lumaLow = redFirst ? c.yr() : c.yb();
        int lumaGreen = c.yg();
        int lumaHigh = redFirst ? c.yb() : c.yr();
        int lumaOffset = c.yOffset();
        int chromaOffset = c.cOffset();
        // U in even lanes, V in odd ones: both halves of a long hold the same sums.
        IntVector chromaLow = LongVector.broadcast(LONGS,
                pair(redFirst ? c.ur() : c.ub(), redFirst ? c.vr() : c.vb())).reinterpretAsInts();
        IntVector chromaGreen = LongVector.broadcast(LONGS,
                pair(c.ug(), c.vg())).reinterpretAsInts();
        IntVector chromaHigh = LongVector.broadcast(LONGS,
                pair(redFirst ? c.ub() : c.ur(), redFirst ? c.vb() : c.vr())).reinterpretAsInts();

        int even = width & ~1;
        int x = 0;
        while (true) {
            IntVector a = IntVector.fromMemorySegment(INTS, Memory.ALL, top + 4L * x, LITTLE);
            IntVector b = IntVector.fromMemorySegment(INTS, Memory.ALL, bottom + 4L * x, LITTLE);
            IntVector aLow = a.and(0xFF);
            IntVector aGreen = a.lanewise(VectorOperators.LSHR, 8).and(0xFF);
            IntVector aHigh = a.lanewise(VectorOperators.LSHR, 16).and(0xFF);
            IntVector bLow = b.and(0xFF);
            IntVector bGreen = b.lanewise(VectorOperators.LSHR, 8).and(0xFF);
            IntVector bHigh = b.lanewise(VectorOperators.LSHR, 16).and(0xFF);

            IntVector aLuma = aLow.mul(lumaLow).add(aGreen.mul(lumaGreen)).add(aHigh.mul(lumaHigh)).add(lumaOffset)
                    .lanewise(VectorOperators.LSHR, 16);
            IntVector bLuma = bLow.mul(lumaLow).add(bGreen.mul(lumaGreen)).add(bHigh.mul(lumaHigh)).add(lumaOffset)
                    .lanewise(VectorOperators.LSHR, 16);
            ((ByteVector) aLuma.convertShape(VectorOperators.I2B, BYTES, 0))
                    .intoMemorySegment(Memory.ALL, lumaTop + x, LITTLE);
            ((ByteVector) bLuma.convertShape(VectorOperators.I2B, BYTES, 0))
                    .intoMemorySegment(Memory.ALL, lumaBottom + x, LITTLE);

            // Sums of four pixels; rotating a long by half adds a lane's neighbour to both.
            LongVector low = aLow.add(bLow).reinterpretAsLongs();
            LongVector green = aGreen.add(bGreen).reinterpretAsLongs();
            LongVector high = aHigh.add(bHigh).reinterpretAsLongs();
            IntVector lowSum = low.add(low.lanewise(VectorOperators.ROL, 32)).reinterpretAsInts();
            IntVector greenSum = green.add(green.lanewise(VectorOperators.ROL, 32)).reinterpretAsInts();
            IntVector highSum = high.add(high.lanewise(VectorOperators.ROL, 32)).reinterpretAsInts();
            IntVector uv = lowSum.mul(chromaLow).add(greenSum.mul(chromaGreen)).add(highSum.mul(chromaHigh))
                    .add(chromaOffset).lanewise(VectorOperators.ASHR, 18).min(255);
            ((ByteVector) uv.convertShape(VectorOperators.I2B, BYTES, 0))
                    .intoMemorySegment(Memory.ALL, chroma + x, LITTLE);

            if (x + LANES >= even) {
                break;
            }
            // The last step overlaps the one before it rather than leave columns to the scalar kernel.
            x = Math.min(x + LANES, even - LANES);
        }
        if (even < width) {
            ScalarKernel.columns(even, top, bottom, redFirst, width, lumaTop, lumaBottom, chroma, c);
        }
    }

    private static long pair(int evenLane, int oddLane) {
        return evenLane & 0xFFFF_FFFFL | (long) oddLane << 32;
    }
}
