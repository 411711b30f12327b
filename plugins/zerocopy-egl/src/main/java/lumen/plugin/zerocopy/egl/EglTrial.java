package lumen.plugin.zerocopy.egl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import lumen.cuda.Cuda;
import lumen.cuda.CudaContext;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaException;
import lumen.cuda.GlImage;
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
import lumen.vulkan.VulkanException;

/** Imports buffers made on the spot, each way and into each kind of memory there is here, and compares every pixel. */
final class EglTrial {
    private static final int WARM_UP = 20;
    private static final int CYCLES = 1000;

    private final Trial trial;
    private final long deadline;
    private final List<Check> checks = new ArrayList<>();
    private Optional<CudaContext> cuda = Optional.empty();
    /** What sessions use. */
    private Detiler.Method method = Detiler.Method.DRAW;
    /** The bare copies that were told of. */
    private final Set<String> bares = new HashSet<>();
    /** What takes long, after all else. */
    private final List<Supplier<Check>> lasting = new ArrayList<>();

    private EglTrial(Trial trial) {
        this.trial = trial;
        this.deadline = System.nanoTime() + trial.seconds() * 1_000_000_000L;
    }

    static Verdict run(Trial trial) {
        return new EglTrial(trial).run();
    }

    private Verdict run() {
        try (EglDisplay display = DisplayChoice.open(OptionalLong.empty()).display()) {
            DmabufFormats formats = DmabufFormats.of(display);
            GlContext context = new GlContext(display);
            try (TrialPaths paths = new TrialPaths(context, formats)) {
                checks.addAll(paths.skipped());
                // Held, so that importers that come and go don't make and break the device's context: encoders hold it, too.
                cuda = device(context);
                method = Detiler.Method.on(display);
                for (TrialPath path : paths.paths()) {
                    for (FrameKind kind : List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY)) {
                        path(path, kind, method);
                        if (trial.frames() > 0) {
                            path(path, kind, method.other());
                        }
                    }
                }
                for (Supplier<Check> last : lasting) {
                    checks.add(last.get());
                }
            } finally {
                context.makeCurrent();
                context.close();
                cuda.ifPresent(CudaContext::close);
            }
        } catch (BackendException e) {
            checks.add(Check.failed("EGL display", e.getMessage()));
        }
        return new Verdict(checks);
    }

    private static Optional<CudaContext> device(GlContext context) {
        try {
            return Cuda.load().device(context.device()).map(CudaDevice::retain);
        } catch (CudaException e) {
            return Optional.empty();
        }
    }

    private void path(TrialPath path, FrameKind kind, Detiler.Method by) {
        String name = path.name() + (kind == FrameKind.CUDA_MEMORY ? " into CUDA" : " into system memory")
                + (by == method ? "" : by == Detiler.Method.DRAW ? " by a draw" : " by a compute shader");
        if (kind == FrameKind.CUDA_MEMORY && cuda.isEmpty()) {
            if (by == method) {
                checks.add(Check.skipped(name, "CUDA has no such device"));
            }
            return;
        }
        GlTimer timer = new GlTimer();
        try (EglImporter importer = importer(path, kind, by, timer)) {
            for (Trial.Size size : trial.sizes()) {
                checks.add(size(importer, path, name + ", " + size.width() + "x" + size.height(), size, timer));
            }
        } catch (BackendException e) {
            checks.add(Check.failed(name, e.getMessage()));
            return;
        }
        if (trial.frames() > 0 && by == method) {
            lasting.add(() -> cycles(path, kind, CYCLES + " cycles, " + name));
        }
    }

    private EglImporter importer(TrialPath path, FrameKind kind, Detiler.Method by, ImportSteps steps) {
        Trial.Size first = trial.sizes().getFirst();
        ImportRequest request = new ImportRequest(DisplayMode.of(first.width(), first.height(), 60), OptionalLong.empty(),
                List.of(kind), TrialPaths.FORMAT.bitDepth(), steps);
        EglDisplay display = DisplayChoice.open(OptionalLong.empty()).display();
        try {
            return EglImporterProvider.open(display, request, List.of(), path.source(), by, MemoryBudget.unlimited(),
                    Patience.PRODUCTION);
        } catch (RuntimeException e) {
            display.close();
            throw e;
        }
    }

    private boolean late() {
        return System.nanoTime() > deadline;
    }

    private Check size(EglImporter importer, TrialPath path, String name, Trial.Size size, GlTimer timer) {
        if (late()) {
            return Check.skipped(name, "the trial's " + trial.seconds() + " s were over");
        }
        try (Sample sample = path.samples().of(size)) {
            TrialFrame frame = new TrialFrame(sample);
            try (Pixels pixels = new Pixels(importer, size)) {
                for (int seed = 1; seed <= 2; seed++) {
                    sample.paint(seed);
                    long wrong = pixels.wrong(importer.importFrame(frame, CursorState.NONE), seed);
                    if (wrong > 0) {
                        return Check.failed(name, wrong + " of " + (long) size.width() * size.height() + " pixels are wrong"
                                + (seed == 1 ? "" : " after the buffer was written again"));
                    }
                }
                if (importer.kind() == FrameKind.CUDA_MEMORY && importer.imported(sample).image() != 0) {
                    checks.add(direct(path.name(), importer.imported(sample).image()));
                }
                String detail = (long) size.width() * size.height()
                        + " pixels are right, of a fresh import and of the buffer written again";
                return trial.frames() == 0 ? Check.passed(name, detail)
                        : timed(importer, frame, name, size, detail, timer, pixels);
            } finally {
                importer.forget(sample);
            }
        } catch (BackendException | CudaException | VulkanException | PosixException e) {
            return Check.failed(name, e.getMessage());
        }
    }

    /** Whether CUDA would take the image itself, which no session relies on. */
    private static Check direct(String path, long image) {
        String name = "cuGraphicsEGLRegisterImage, " + path;
        try {
            GlImage.registerEgl(image).close();
            return Check.passed(name, "accepted; not used");
        } catch (CudaException e) {
            return Check.skipped(name, e.getMessage() + "; not needed");
        }
    }

    private Check timed(EglImporter importer, TrialFrame frame, String name, Trial.Size size, String detail, GlTimer timer,
                        Pixels pixels) {
        FrameTimes times = new FrameTimes(trial.frames());
        FrameTimes bare;
        timer.start();
        try {
            pixels.time();
            for (int i = -WARM_UP; i < trial.frames(); i++) {
                times.begin();
                ImportedFrame imported = importer.importFrame(frame, CursorState.NONE);
                if (i >= 0) {
                    times.end();
                    times.gpu(timer.nanos() + pixels.nanos());
                } else {
                    pixels.nanos();
                }
                imported.release();
            }
            bare = pixels.bare(timer, trial.frames());
        } finally {
            timer.close();
        }
        String by = importer.kind() == FrameKind.CUDA_MEMORY ? "bare copy by CUDA, " : "bare copy by OpenGL, ";
        if (bares.add(by + size)) {
            checks.add(new Check(by + size.width() + "x" + size.height(), Verdict.Outcome.PASSED,
                    "the same bytes from one buffer to another on the device, for comparison", Optional.of(bare.of(size))));
        }
        return new Check(name, Verdict.Outcome.PASSED, detail, Optional.of(times.of(size)));
    }

    private Check cycles(TrialPath path, FrameKind kind, String name) {
        Trial.Size size = trial.sizes().getFirst();
        int done = 0;
        try (Sample sample = path.samples().of(size)) {
            sample.paint(1);
            TrialFrame frame = new TrialFrame(sample);
            cycle(path, kind, frame);
            int before = descriptors();
            while (done < CYCLES && !late()) {
                cycle(path, kind, frame);
                done++;
            }
            int after = descriptors();
            String detail = done + " importers opened, used and closed, " + before + " descriptors before, " + after + " after";
            return after > before ? Check.failed(name, detail) : done < CYCLES ? Check.skipped(name, detail)
                    : Check.passed(name, detail);
        } catch (BackendException | CudaException | VulkanException | PosixException e) {
            return Check.failed(name, "importer " + done + ": " + e.getMessage());
        }
    }

    private void cycle(TrialPath path, FrameKind kind, TrialFrame frame) {
        try (EglImporter importer = importer(path, kind, method, ImportSteps.NONE)) {
            importer.importFrame(frame, CursorState.NONE).release();
        }
    }

    private static int descriptors() {
        String[] names = new java.io.File("/proc/self/fd").list();
        return names == null ? 0 : names.length;
    }

    /** Reads an importer's pictures of one size. */
    private static final class Pixels implements AutoCloseable {
        private final Trial.Size size;
        private final Arena arena = Arena.ofShared();
        private final CudaReader reader;

        Pixels(EglImporter importer, Trial.Size size) {
            this.size = size;
            this.reader = importer.outputs() instanceof CudaOutputs cuda ? new CudaReader(cuda) : null;
        }

        /** Releases the frame. */
        long wrong(ImportedFrame frame, int seed) {
            long wrong = switch (frame) {
                case ImportedFrame.SystemMemory m ->
                        TrialPattern.wrong(m.pixels(), m.stride(), m.format(), size.width(), size.height(), seed);
                case ImportedFrame.CudaMemory m -> {
                    MemorySegment copy = arena.allocate((long) size.width() * size.height() * 4, 64);
                    reader.read(m, copy);
                    yield TrialPattern.wrong(copy, size.width() * 4, m.format(), size.width(), size.height(), seed);
                }
                case ImportedFrame.DmabufPassthrough m -> throw new AssertionError("EGL passes nothing through");
            };
            frame.release();
            return wrong;
        }

        void time() {
            if (reader != null) {
                reader.time();
            }
        }

        /** What CUDA did for the last picture, which is done then. */
        long nanos() {
            return reader == null ? 0 : reader.nanos();
        }

        FrameTimes bare(GlTimer timer, int frames) {
            return reader != null ? reader.bare(size, frames) : BareCopy.of(size, frames, WARM_UP, timer);
        }

        @Override
        public void close() {
            if (reader != null) {
                reader.close();
            }
            arena.close();
        }
    }
}
