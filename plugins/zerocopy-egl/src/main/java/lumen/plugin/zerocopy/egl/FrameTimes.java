package lumen.plugin.zerocopy.egl;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import lumen.spi.Trial;
import lumen.spi.Verdict;

/** What frames of one size cost, sample by sample. */
final class FrameTimes {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long[] gpu;
    private final long[] cpu;
    private final long[] wall;
    private int count;
    private long wallAtBegin;
    private long cpuAtBegin;

    FrameTimes(int frames) {
        gpu = new long[frames];
        cpu = new long[frames];
        wall = new long[frames];
    }

    void begin() {
        wallAtBegin = System.nanoTime();
        cpuAtBegin = THREADS.getCurrentThreadCpuTime();
    }

    /** The frame is done, as its caller sees it. */
    void end() {
        cpu[count] = THREADS.getCurrentThreadCpuTime() - cpuAtBegin;
        wall[count] = System.nanoTime() - wallAtBegin;
    }

    /** What the GPU says of the frame that ended last. */
    void gpu(long nanos) {
        gpu[count++] = nanos;
    }

    Verdict.Timing of(Trial.Size size) {
        return new Verdict.Timing(size, count, Optional.of(Verdict.Spread.of(gpu)), Verdict.Spread.of(cpu),
                Verdict.Spread.of(wall));
    }
}
