package lumen.plugin.zerocopy.vulkan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import lumen.cuda.Cuda;
import lumen.cuda.CudaException;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.CursorState;
import lumen.spi.DisplayMode;
import lumen.spi.FrameKind;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.spi.Verdict.Check;
import lumen.vulkan.Gpu;
import lumen.vulkan.HandleType;
import lumen.vulkan.SamplePicture;
import lumen.vulkan.SamplePictures;
import lumen.vulkan.VulkanException;
import lumen.vulkan.VulkanInstance;

/**
 * Tries the importer out: a second device of the same driver makes pictures and shares them as a compositor would, as
 * dmabufs where the device has them, else as {@code OPAQUE_FD}. All else is what sessions use.
 */
final class SelfTest {
    private static final int HERTZ = 60;
    private static final int BITS = 8;
    private static final int FIRST = 11;
    private static final int SECOND = 4711;

    private final Trial trial;
    private final OptionalLong node;
    private final long deadline;
    private final List<Check> checks = new ArrayList<>();

    /** @param node the compositor's DRM device, if it is known */
    SelfTest(Trial trial, OptionalLong node) {
        this.trial = trial;
        this.node = node;
        this.deadline = System.nanoTime() + trial.seconds() * 1_000_000_000L;
    }

    Verdict run() {
        try (VulkanInstance instance = VulkanInstance.acquire()) {
            Optional<Cuda> cuda = DeviceChoice.cuda();
            HandleType handle = HandleType.DMA_BUF;
            Optional<Gpu> chosen = DeviceChoice.gpu(instance.gpus(), Options.quiet(handle), node, cuda);
            if (chosen.isEmpty()) {
                handle = HandleType.OPAQUE_FD;
                chosen = DeviceChoice.gpu(instance.gpus(), Options.quiet(handle), node, cuda);
            }
            if (chosen.isEmpty()) {
                return new Verdict(List.of(Check.skipped("device", "no Vulkan device shares memory")));
            }
            Gpu gpu = chosen.get();
            tryOut(gpu, handle, cuda.flatMap(c -> c.device(gpu.uuid())).isPresent());
        } catch (VulkanException e) {
            checks.add(Check.failed("instance", e.getMessage()));
        }
        return new Verdict(checks);
    }

    private void tryOut(Gpu gpu, HandleType handle, boolean cuda) {
        List<TestPath> paths = TestPath.of(gpu, handle);
        if (paths.isEmpty()) {
            checks.add(Check.skipped("pictures", gpu + " imports what it can't make itself"));
        }
        List<FrameKind> kinds = cuda ? List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY) : List.of(FrameKind.SYSTEM_MEMORY);
        for (FrameKind kind : kinds) {
            for (TestPath path : paths) {
                attempt(name(path, kind), () -> pixels(gpu, path, kind));
            }
        }
        if (trial.frames() > 0) {
            SelfTiming timing = new SelfTiming(trial);
            for (FrameKind kind : kinds) {
                for (Trial.Size size : trial.sizes()) {
                    attempt(sized("bare copies", kind, size), () -> timing.bare(gpu, kind, size, sized("bare copies", kind, size)));
                    for (TestPath path : paths) {
                        String name = sized(path.name(), kind, size);
                        attempt(name, () -> timing.path(gpu, request(kind, size), path, size, name));
                    }
                }
            }
            for (FrameKind kind : kinds) {
                attempt(sized("1000 cycles", kind, trial.sizes().getFirst()), () -> new SelfCycles(deadline)
                        .run(gpu, paths.getFirst(), request(kind, trial.sizes().getFirst()), sized("1000 cycles", kind, trial.sizes().getFirst())));
            }
        }
    }

    /** One of the checks. */
    private interface Attempt {
        Check run();
    }

    private void attempt(String name, Attempt attempt) {
        if (System.nanoTime() > deadline) {
            checks.add(Check.skipped(name, "no time was left after " + trial.seconds() + " s"));
            return;
        }
        try {
            checks.add(attempt.run());
        } catch (BackendException | VulkanException | CudaException | PosixException e) {
            checks.add(Check.failed(name, e.getMessage()));
        }
    }

    private static String name(TestPath path, FrameKind kind) {
        return path.name() + (kind == FrameKind.CUDA_MEMORY ? ", into CUDA" : ", into system memory");
    }

    private static String sized(String what, FrameKind kind, Trial.Size size) {
        return what + (kind == FrameKind.CUDA_MEMORY ? ", into CUDA, " : ", into system memory, ") + size.width() + "x" + size.height();
    }

    static ImportRequest request(FrameKind kind, Trial.Size size) {
        return new ImportRequest(DisplayMode.of(size.width(), size.height(), HERTZ), OptionalLong.empty(), List.of(kind), BITS,
                ImportSteps.NONE);
    }

    private Check pixels(Gpu gpu, TestPath path, FrameKind kind) {
        StringBuilder compared = new StringBuilder();
        for (Trial.Size size : trial.sizes()) {
            try (VulkanImporter importer = VulkanImporterProvider.open(request(kind, size), path.options());
                    SamplePictures pictures = new SamplePictures(gpu);
                    SamplePicture picture = path.maker().make(pictures, size.width(), size.height())) {
                SampleFrame frame = new SampleFrame(picture, TestPath.FORMAT);
                // The second time the producer has painted over it, and the import is the first's.
                for (int seed : new int[] {FIRST, SECOND}) {
                    picture.paint(seed);
                    ImportedFrame imported = importer.importFrame(frame, CursorState.NONE);
                    long wrong = ReadBack.mismatches(imported, seed);
                    imported.release();
                    if (wrong > 0) {
                        return Check.failed(name(path, kind), wrong + " of " + size.width() + "x" + size.height() + " pixels are wrong"
                                + (seed == FIRST ? "" : " in a cached import, painted over"));
                    }
                }
                if (importer.counters().get("imports") != 1) {
                    return Check.failed(name(path, kind), "one buffer was imported " + importer.counters().get("imports") + " times");
                }
            }
            compared.append(compared.isEmpty() ? "" : ", ").append(size.width()).append('x').append(size.height());
        }
        return Check.passed(name(path, kind), compared + ": every pixel, again in the cached import after it was painted over");
    }
}
