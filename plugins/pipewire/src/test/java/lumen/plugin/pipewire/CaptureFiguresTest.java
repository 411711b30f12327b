package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lumen.spi.CapturedFrame;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a capture costs. */
@Tag("rig")
class CaptureFiguresTest {
    private static final int W = 1920;
    private static final int H = 1080;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aFrameAllocatesNothingAndArrivesSoon() {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            run(source, capture, new long[5000]);
            int frames = 4000;
            long[] latencies = new long[frames];
            long loopBefore = THREADS.getThreadAllocatedBytes(capture.loopThread);
            long polled = run(source, capture, latencies);
            long loopAllocated = THREADS.getThreadAllocatedBytes(capture.loopThread) - loopBefore;
            Arrays.sort(latencies);
            System.out.printf(Locale.ROOT, "%d frames of %dx%d: loop thread %d bytes, poll and release %d bytes in all; ready to polled"
                            + " p50 %.3f ms, p99 %.3f ms, most %.3f ms%n", frames, W, H, loopAllocated, polled,
                    latencies[frames / 2] / 1e6, latencies[frames * 99 / 100] / 1e6, latencies[frames - 1] / 1e6);
            assertTrue(loopAllocated < frames, loopAllocated + " bytes on the loop's thread for " + frames + " frames");
            assertTrue(polled < frames, polled + " bytes on the video thread for " + frames + " frames");
        }
    }

    /** One frame after the other; answers what polling and releasing them allocated. */
    private static long run(Producer source, Capture capture, long[] latencies) {
        long allocated = 0;
        long me = Thread.currentThread().threadId();
        THREADS.getThreadAllocatedBytes(me);
        for (int i = 0; i < latencies.length; i++) {
            long[] sent = new long[1];
            int signals = capture.signals.get();
            source.sendSoon(b -> Producer.pts(b, sent[0] = System.nanoTime()));
            while (capture.signals.get() == signals) {
                LockSupport.park();
            }
            long before = THREADS.getCurrentThreadAllocatedBytes();
            CapturedFrame frame = capture.capturer.poll();
            latencies[i] = System.nanoTime() - sent[0];
            frame.release();
            allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        return allocated;
    }

    @Test
    void whatHasToBeCopiedIsCopiedAtMemorySpeed() {
        Producer.Memory mapped = new Producer.Memory() {
            @Override
            int type() {
                return lumen.pipewire.pod.Spa.DATA_MEM_PTR;
            }
        };
        try (Producer source = new Producer(5120, 2880, List.of(), mapped); Capture capture = new Capture(source.node(), 5120, 2880)) {
            long[] nanos = new long[60];
            run(source, capture, nanos);
            run(source, capture, nanos);
            Arrays.sort(nanos);
            double bytes = 5120.0 * 2880 * 4;
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment from = arena.allocate((long) bytes, 64);
                MemorySegment to = arena.allocate((long) bytes, 64);
                long[] plain = new long[30];
                for (int i = 0; i < plain.length; i++) {
                    long start = System.nanoTime();
                    to.copyFrom(from);
                    plain[i] = System.nanoTime() - start;
                }
                Arrays.sort(plain);
                System.out.printf(Locale.ROOT, "5120x2880 copied out of libpipewire's memory: ready to polled p50 %.2f ms, %.1f GB/s; a plain copy %.1f GB/s%n",
                        nanos[30] / 1e6, bytes / nanos[30], bytes / plain[15]);
                assertTrue(nanos[30] < 4 * plain[15], nanos[30] + " ns, a plain copy " + plain[15] + " ns");
            }
        }
    }

    @Test
    void idleCostsNextToNothing() throws IOException {
        try (Producer source = Producer.honest(W, H); Capture capture = new Capture(source.node(), W, H)) {
            source.sendSoon(b -> { });
            capture.next().release();
            print("no pictures", cost(tid -> comm(tid).equals("lumen-capture") || comm(tid).startsWith("lumen-pipewire"), 3));
            capture.capturer.active(false);
            double suspended = cost(tid -> comm(tid).equals("lumen-capture") || comm(tid).startsWith("lumen-pipewire"), 3);
            print("suspended", suspended);
            assertTrue(suspended < 0.01, "suspended, it takes " + suspended + " of a core");
        }
    }

    private static void print(String what, double cores) {
        System.out.printf(Locale.ROOT, "%s: %.2f %% of a core%n", what, cores * 100);
    }

    /** Cores that some of this process's threads take. */
    private static double cost(Predicate<Path> threads, int seconds) throws IOException {
        long before = nanos(threads);
        long start = System.nanoTime();
        LockSupport.parkNanos(seconds * 1_000_000_000L);
        return (nanos(threads) - before) / (double) (System.nanoTime() - start);
    }

    private static long nanos(Predicate<Path> threads) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(threads).mapToLong(CaptureFiguresTest::runNanos).sum();
        }
    }

    private static long runNanos(Path task) {
        return Long.parseLong(read(task.resolve("schedstat")).split(" ")[0]);
    }

    private static String comm(Path task) {
        return read(task.resolve("comm")).strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "0 0 0";
        }
    }

    @Test
    void nothingIsLeftBehind() {
        try (Producer source = Producer.honest(64, 64)) {
            cycle(source);
            Set<String> threads = threads();
            long fds = descriptors();
            for (int i = 0; i < 20; i++) {
                cycle(source);
            }
            Eventually.holds("no thread is left", () -> threads().size() <= threads.size());
            Eventually.holds("no descriptor is left", () -> descriptors() <= fds);
        }
    }

    private static void cycle(Producer source) {
        try (Capture capture = new Capture(source.node(), 64, 64)) {
            source.sendSoon(b -> { });
            capture.next().release();
        }
        Eventually.holds("the source is alone", () -> source.state == lumen.pipewire.StreamState.PAUSED);
    }

    private static long descriptors() {
        try (Stream<Path> list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> threads() {
        try (Stream<Path> list = Files.list(Path.of("/proc/self/task"))) {
            return list.filter(t -> !comm(t).matches(".*(C[12] Comp|GC|G1|VM|Sweeper|Signal|Monitor|Finalizer|Reference).*"))
                    .map(t -> t.getFileName() + " " + comm(t)).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
