package lumen.plugin.zerocopy.vulkan;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import lumen.cuda.Copy2d;
import lumen.cuda.CudaContext;
import lumen.cuda.CudaEvent;
import lumen.cuda.CudaStream;
import lumen.cuda.DeviceBuffer;
import lumen.cuda.MemoryBudget;
import lumen.posix.ThreadCpuClock;
import lumen.spi.CursorState;
import lumen.spi.FrameKind;
import lumen.spi.ImportRequest;
import lumen.spi.ImportedFrame;
import lumen.spi.Trial;
import lumen.spi.Verdict.Check;
import lumen.spi.Verdict.Outcome;
import lumen.spi.Verdict.Spread;
import lumen.spi.Verdict.Timing;
import lumen.vulkan.CopyCommands;
import lumen.vulkan.Gpu;
import lumen.vulkan.SamplePicture;
import lumen.vulkan.SamplePictures;
import lumen.vulkan.VulkanBudget;
import lumen.vulkan.VulkanBuffer;
import lumen.vulkan.VulkanDevice;

/** What a frame costs, and what the bare copies of its bytes do. */
final class SelfTiming {
    private static final int WARM_UP = 20;
    private static final long LIMIT_NANOS = 2_000_000_000L;

    private final int frames;
    private final long[] gpu;
    private final long[] cpu;
    private final long[] wall;
    private final long[] complete;

    SelfTiming(Trial trial) {
        frames = trial.frames();
        gpu = new long[frames];
        cpu = new long[frames];
        wall = new long[frames];
        complete = new long[frames];
    }

    private Check check(String name, Trial.Size size, String detail) {
        Optional<Spread> onGpu = Arrays.stream(gpu).allMatch(n -> n >= 0) ? Optional.of(Spread.of(gpu)) : Optional.empty();
        return new Check(name, Outcome.PASSED, detail, Optional.of(new Timing(size, frames, onGpu, Spread.of(cpu), Spread.of(wall))));
    }

    /** The same bytes from device memory to device memory (or the CPU's), as often as the path has to copy them. */
    Check bare(Gpu device, FrameKind kind, Trial.Size size, String name) {
        long row = size.width() * (long) TestPath.FORMAT.bytesPerPixel();
        long bytes = row * size.height();
        boolean cuda = kind == FrameKind.CUDA_MEMORY;
        try (Leftovers parts = new Leftovers()) {
            VulkanDevice vulkan = parts.add(VulkanDevice.open(device, VulkanBudget.unlimited()));
            VulkanBuffer from = parts.add(VulkanBuffer.onDevice(vulkan, "a bare copy", bytes));
            VulkanBuffer to = parts.add(cuda ? VulkanBuffer.onDevice(vulkan, "a bare copy", bytes)
                    : VulkanBuffer.onHost(vulkan, "a bare copy", bytes));
            CopyCommands copy = parts.add(new CopyCommands(vulkan, true));
            copy.begin();
            copy.copy(from, 0, to, 0, bytes);
            copy.end();
            CudaCopy second = cuda ? parts.add(new CudaCopy(device, row, size.height())) : null;
            ThreadCpuClock clock = parts.add(new ThreadCpuClock());
            for (int i = -WARM_UP; i < frames; i++) {
                long cpuBefore = clock.nanos();
                long before = System.nanoTime();
                copy.submit();
                copy.await(LIMIT_NANOS);
                long secondNanos = second == null ? 0 : second.run();
                long after = System.nanoTime();
                if (i >= 0) {
                    wall[i] = after - before;
                    cpu[i] = clock.nanos() - cpuBefore;
                    gpu[i] = copy.gpuNanos() < 0 ? -1 : copy.gpuNanos() + secondNanos;
                }
            }
        }
        return check(name, size, cuda ? "Vulkan device to device, then CUDA device to device, each waited for"
                : "Vulkan device to memory of the CPU, waited for");
    }

    /** A pitched copy within CUDA's memory. */
    private static final class CudaCopy implements AutoCloseable {
        private final Leftovers parts = new Leftovers();
        private final CudaStream stream;
        private final CudaEvent begun;
        private final CudaEvent ended;
        private final Copy2d copy;

        CudaCopy(Gpu device, long row, int rows) {
            CudaContext context = parts.add(DeviceChoice.cuda().flatMap(c -> c.device(device.uuid())).orElseThrow().retain());
            context.makeCurrent();
            MemoryBudget budget = MemoryBudget.unlimited();
            DeviceBuffer from = parts.add(DeviceBuffer.pitched(row, rows, budget));
            DeviceBuffer to = parts.add(DeviceBuffer.pitched(row, rows, budget));
            stream = parts.add(new CudaStream());
            begun = parts.add(CudaEvent.timed());
            ended = parts.add(CudaEvent.timed());
            copy = parts.add(new Copy2d()).size(row, rows).fromDevice(from.pointer(), from.pitch()).toDevice(to.pointer(), to.pitch());
        }

        /** Nanoseconds on the GPU. */
        long run() {
            stream.record(begun);
            stream.copy(copy);
            stream.record(ended);
            ended.await(LIMIT_NANOS);
            return ended.nanosSince(begun);
        }

        @Override
        public void close() {
            parts.close();
        }
    }

    /** The importer itself, on one picture over and over. */
    Check path(Gpu device, ImportRequest request, TestPath path, Trial.Size size, String name) {
        try (VulkanImporter importer = VulkanImporterProvider.open(request, path.options().timed(true));
                SamplePictures pictures = new SamplePictures(device);
                SamplePicture picture = path.maker().make(pictures, size.width(), size.height());
                ThreadCpuClock clock = new ThreadCpuClock()) {
            picture.paint(1);
            SampleFrame frame = new SampleFrame(picture, TestPath.FORMAT);
            for (int i = -WARM_UP; i < frames; i++) {
                long cpuBefore = clock.nanos();
                long before = System.nanoTime();
                ImportedFrame imported = importer.importFrame(frame, CursorState.NONE);
                long after = System.nanoTime();
                long cpuAfter = clock.nanos();
                long onGpu = importer.gpuNanos();
                if (i >= 0) {
                    complete[i] = System.nanoTime() - before;
                    gpu[i] = onGpu;
                    cpu[i] = cpuAfter - cpuBefore;
                    wall[i] = after - before;
                }
                imported.release();
            }
        }
        Spread done = Spread.of(complete);
        return check(name, size, String.format(Locale.ROOT, "pixels complete after %.3f ms (p99 %.3f)", done.medianNanos() / 1e6,
                done.p99Nanos() / 1e6));
    }
}
