package lumen.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import lumen.core.fec.ErasureCode;
import lumen.core.fec.FecKernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Parity of a video FEC block, and recovery after as many losses as the parity allows, by kernel. */
@State(Scope.Thread)
public class ErasureCodeBenchmark {
    private static final int SHARD_LENGTH = 1408;

    @Param({"20/4", "50/10", "200/40"})
    public String block;
    /** {@code scalar}, or the vector width in bits. */
    @Param({"scalar", "256", "512"})
    public String kernel;

    private int data;
    private int parity;
    private Arena arena;
    private MemorySegment memory;
    private long[] offsets;
    private boolean[] present;
    private ErasureCode code;

    /** Shards of noise with their parity; the first data shards count as lost. */
    @Setup(Level.Trial)
    public void fill() {
        int slash = block.indexOf('/');
        data = Integer.parseInt(block.substring(0, slash));
        parity = Integer.parseInt(block.substring(slash + 1));
        arena = Arena.ofShared();
        memory = arena.allocate((long) (data + parity) * SHARD_LENGTH, 64);
        var random = new SplittableRandom(1);
        for (long at = 0; at < memory.byteSize(); at += 8) {
            memory.set(ValueLayout.JAVA_LONG, at, random.nextLong());
        }
        offsets = new long[ErasureCode.MAX_SHARDS];
        for (int i = 0; i < data + parity; i++) {
            offsets[i] = (long) i * SHARD_LENGTH;
        }
        present = new boolean[data + parity];
        Arrays.fill(present, parity, present.length, true);
        code = ErasureCode.video(kernel.equals("scalar") ? FecKernels.shared().scalar()
                : FecKernels.vector(Integer.parseInt(kernel)));
        code.encode(data, parity, SHARD_LENGTH, memory, offsets);
    }

    @TearDown(Level.Trial)
    public void free() {
        arena.close();
    }

    @Benchmark
    public void encode() {
        code.encode(data, parity, SHARD_LENGTH, memory, offsets);
    }

    @Benchmark
    public int decode() {
        return code.decode(data, parity, SHARD_LENGTH, memory, offsets, present);
    }
}
