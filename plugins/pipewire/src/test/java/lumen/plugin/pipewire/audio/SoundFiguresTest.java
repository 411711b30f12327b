package lumen.plugin.pipewire.audio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import lumen.plugin.pipewire.Eventually;
import lumen.spi.AudioFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What recording costs. */
@Tag("rig")
class SoundFiguresTest {
    private static final AudioFormat SURROUND = new AudioFormat(8);

    @TempDir
    Path folder;

    @Test
    void recordingAllocatesNothingAndCostsLittle() {
        Path file = folder.resolve("tones.wav");
        Tones.write(file, 8, 60);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (NullSink sink = new NullSink(Daemon.DEFAULT, "lumen-figures", SURROUND, Optional.empty());
                PipewireSource source = new PipewireSource(Daemon.DEFAULT, SURROUND, Optional.of(sink));
                Listener listener = new Listener(source, 8);
                Programs programs = new Programs()) {
            programs.play(file, sink.environment());
            listener.awaitSound();
            // Until the callbacks are compiled.
            long warm = source.counters().get("buffers") + 3000;
            Eventually.holds("warm", 30, () -> {
                listener.slot(null, 0);
                return source.counters().get("buffers") > warm;
            });
            long buffers = source.counters().get("buffers");
            long bytes = threads.getTotalThreadAllocatedBytes();
            long cpu = system.getProcessCpuTime();
            long start = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                listener.slot(null, 0);
            }
            double elapsed = System.nanoTime() - start;
            cpu = system.getProcessCpuTime() - cpu;
            bytes = threads.getTotalThreadAllocatedBytes() - bytes;
            buffers = source.counters().get("buffers") - buffers;
            System.out.printf("8 channels: %d buffers in %.1f s, %d bytes allocated, %.2f %% of a core; %s%n", buffers, elapsed / 1e9, bytes,
                    100 * cpu / elapsed, source.counters());
            assertTrue(bytes < 16 * buffers, bytes + " bytes allocated for " + buffers + " buffers");
        }
    }

    @Test
    void aSinkIsThereAtOnce() {
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            try (NullSink sink = new NullSink(Daemon.DEFAULT, "lumen-figures", SURROUND, Optional.empty())) {
                long made = System.nanoTime();
                try (PipewireSource source = new PipewireSource(Daemon.DEFAULT, SURROUND, Optional.of(sink))) {
                    Eventually.holds("sound", () -> source.counters().getOrDefault("buffers", 0L) > 0);
                    System.out.printf("sink after %.1f ms, first buffer %.1f ms later%n", (made - start) / 1e6, (System.nanoTime() - made) / 1e6);
                }
            }
        }
    }
}
