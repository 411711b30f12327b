package lumen.plugin.zerocopy.egl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import lumen.cuda.Cuda;
import lumen.cuda.CudaContext;
import lumen.spi.BackendException;
import lumen.spi.CursorState;
import lumen.spi.DisplayMode;
import lumen.spi.FrameKind;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.vulkan.Gpu;
import lumen.vulkan.SamplePictures;
import lumen.vulkan.VulkanInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From memory that Vulkan shares as OPAQUE_FD to CUDA's, on an NVIDIA GPU. */
@Tag("gpu")
class CudaGpuTest {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;

    private VulkanInstance vulkan;
    private SamplePictures pictures;

    @BeforeEach
    void open() {
        GraphicsLibraries.load();
        vulkan = VulkanInstance.acquire();
        pictures = new SamplePictures(vulkan.gpus().stream().filter(g -> g.kind() == Gpu.Kind.DISCRETE).findFirst()
                .orElseThrow());
    }

    @AfterEach
    void close() {
        pictures.close();
        vulkan.close();
    }

    private Sample sample(PixelFormat format, int width, int height) {
        return new VulkanSample(pictures.optimal(format.fourcc(), width, height), format);
    }

    private static EglImporter importer(ImportSteps steps, MemoryBudget budget, FrameKind... kinds) {
        return EglImporterProvider.open(DisplayChoice.open(OptionalLong.empty()).display(), new ImportRequest(
                DisplayMode.of(WIDTH, HEIGHT, 60), OptionalLong.empty(), List.of(kinds), 10, steps), List.of(),
                MemoryObjectTexture::open, Detiler.Method.COMPUTE, budget, Patience.PRODUCTION);
    }

    private static EglImporter importer() {
        return importer(ImportSteps.NONE, MemoryBudget.unlimited(), FrameKind.CUDA_MEMORY);
    }

    private static int[] pixels(EglImporter importer, ImportedFrame frame) {
        try (CudaReader reader = new CudaReader((CudaOutputs) importer.outputs()); Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate((long) frame.width() * frame.height() * 4, 64);
            reader.read((ImportedFrame.CudaMemory) frame, memory);
            return memory.toArray(ValueLayout.JAVA_INT);
        }
    }

    private static void assertPicture(EglImporter importer, ImportedFrame frame, int seed) {
        int[] pixels = pixels(importer, frame);
        long wrong = 0;
        for (int i = 0; i < pixels.length; i++) {
            int x = i % frame.width();
            int y = i / frame.width();
            if (pixels[i] != TrialPattern.imported(frame.format(), TrialPattern.pixel(seed, x, y))) {
                wrong++;
            }
        }
        assertEquals(0, wrong, frame.format() + " " + frame.width() + "x" + frame.height() + ": wrong pixels");
    }

    @Test
    void theProbeFindsTheGpu() {
        new EglImporterProvider().probe(null);
        long before = System.nanoTime();
        Probe.Available probe = (Probe.Available) new EglImporterProvider().probe(null);
        System.out.println("probe " + (System.nanoTime() - before) / 1_000_000 + " ms: " + probe.evidence());
        System.out.println(new EglImporterProvider().fingerprint());
        assertEquals(80, probe.rank());
        try (EglImporter importer = EglImporterProvider.open(new ImportRequest(DisplayMode.of(WIDTH, HEIGHT, 60),
                OptionalLong.empty(), List.of(FrameKind.CUDA_MEMORY), 8, ImportSteps.NONE), MemoryBudget.unlimited(),
                        Patience.PRODUCTION)) {
            System.out.println(importer.offers().size() + " offers, first " + importer.offers().getFirst());
            assertEquals(FrameKind.CUDA_MEMORY, importer.kind());
        }
    }

    @Test
    void allFormatsAndOddSizesAreExactInCudaAndInSystemMemory() {
        for (FrameKind kind : List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY)) {
            try (EglImporter importer = importer(ImportSteps.NONE, MemoryBudget.unlimited(), kind)) {
                for (PixelFormat format : PixelFormat.values()) {
                    for (int[] size : new int[][] {{WIDTH, HEIGHT}, {641, 361}, {1, 1}, {17, 1081}}) {
                        try (Sample sample = sample(format, size[0], size[1])) {
                            for (int seed = 1; seed <= 2; seed++) {
                                sample.paint(seed);
                                ImportedFrame frame = importer.importFrame(new TrialFrame(sample), CursorState.NONE);
                                assertTrue(frame.detached());
                                if (frame instanceof ImportedFrame.SystemMemory m) {
                                    assertEquals(0, TrialPattern.wrong(m.pixels(), m.stride(), format, size[0], size[1], seed));
                                } else {
                                    assertPicture(importer, frame, seed);
                                }
                                frame.release();
                            }
                            importer.forget(sample);
                        }
                    }
                }
            }
        }
    }

    @Test
    void inSteadyStateNothingIsImportedRegisteredOrAllocated() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().threadId();
        Pointer pointer = new Pointer();
        try (EglImporter importer = importer(); Sample sample = sample(PixelFormat.XRGB8888, WIDTH, HEIGHT)) {
            sample.paint(1);
            TrialFrame frame = new TrialFrame(sample);
            importer.importFrame(frame, pointer).release();
            Map<String, Long> before = importer.counters();
            long memory = freeMemory(importer);
            long deadline = System.nanoTime() + 30_000_000_000L;
            long allocated;
            do {
                long bytes = threads.getThreadAllocatedBytes(id);
                for (int i = 0; i < 1000; i++) {
                    importer.importFrame(frame, CursorState.NONE).release();
                    importer.redraw(pointer.to(i % 500, 3)).release();
                }
                allocated = threads.getThreadAllocatedBytes(id) - bytes;
            } while (allocated != 0 && System.nanoTime() < deadline);
            assertEquals(0, allocated);
            assertEquals(memory, freeMemory(importer), "device memory");
            for (String counter : List.of("imports", "registrations", "allocations")) {
                assertEquals(before.get(counter), importer.counters().get(counter), counter);
            }
            assertEquals(1, before.get("registrations"));
            assertEquals(4, before.get("allocations"));
        }
    }

    private static long freeMemory(EglImporter importer) {
        CudaContext context = ((CudaOutputs) importer.outputs()).context();
        context.makeCurrent();
        return context.freeMemory();
    }

    @Test
    void aPointerIsDrawnOverTheCopyAndLeavesNoTrail() {
        Pointer pointer = new Pointer();
        for (PixelFormat format : List.of(PixelFormat.XRGB8888, PixelFormat.XBGR2101010)) {
            try (EglImporter importer = importer(); Sample sample = sample(format, 320, 180)) {
                sample.paint(5);
                ImportedFrame frame = importer.importFrame(new TrialFrame(sample), pointer.to(10, 20));
                assertPointer(importer, frame, pointer);
                frame.release();
                for (int[] place : new int[][] {{-3, -2}, {318, 179}, {400, 5}}) {
                    frame = importer.redraw(pointer.to(place[0], place[1]));
                    assertPointer(importer, frame, pointer);
                    frame.release();
                    assertSame(frame, importer.redraw(pointer));
                    frame.release();
                }
                frame = importer.redraw(CursorState.NONE);
                assertPicture(importer, frame, 5);
            }
        }
    }

    /** The same arithmetic as in system memory, which is tested against floating point. */
    private static void assertPointer(EglImporter importer, ImportedFrame frame, Pointer pointer) {
        int width = frame.width();
        int height = frame.height();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment expected = arena.allocate(width * height * 4L, 4);
            for (int i = 0; i < width * height; i++) {
                expected.setAtIndex(ValueLayout.JAVA_INT, i,
                        TrialPattern.imported(frame.format(), TrialPattern.pixel(5, i % width, i / width)));
            }
            CursorBlend.over(expected, width * 4, frame.format(), 0, 0, width, height, pointer);
            org.junit.jupiter.api.Assertions.assertArrayEquals(expected.toArray(ValueLayout.JAVA_INT), pixels(importer, frame));
        }
    }

    @Test
    void aSizeThatChangesLeavesHeldPicturesReadable() {
        MemoryBudget budget = MemoryBudget.unlimited();
        try (EglImporter importer = importer(ImportSteps.NONE, budget, FrameKind.CUDA_MEMORY);
                Sample small = sample(PixelFormat.XRGB8888, WIDTH, HEIGHT);
                Sample large = sample(PixelFormat.XRGB8888, 1921, 1081)) {
            small.paint(1);
            large.paint(2);
            ImportedFrame before = importer.importFrame(new TrialFrame(small), CursorState.NONE);
            ImportedFrame after = importer.importFrame(new TrialFrame(large), CursorState.NONE);
            assertPicture(importer, before, 1);
            assertPicture(importer, after, 2);
            before.release();
            after.release();
        }
        assertEquals(0, budget.taken());
    }

    @Test
    void faultsAndFullMemoryLeaveDeviceMemoryAndDescriptorsWhereTheyWere() {
        CudaContext held = Cuda.load().devices().getFirst().retain();
        held.makeCurrent();
        try (Sample sample = sample(PixelFormat.XRGB8888, WIDTH, HEIGHT)) {
            sample.paint(1);
            Pointer pointer = new Pointer().to(2, 2);
            for (int i = 0; i < 3; i++) {
                faults(sample, pointer);
            }
            held.makeCurrent();
            long memory = held.freeMemory();
            Resources before = Resources.now();
            for (int i = 0; i < 3; i++) {
                faults(sample, pointer);
            }
            held.makeCurrent();
            System.out.println("free device memory " + memory + " before, " + held.freeMemory() + " after");
            assertEquals(memory, held.freeMemory(), "device memory");
            assertEquals(before, Resources.now());
        } finally {
            held.close();
        }
    }

    private static void faults(Sample sample, Pointer pointer) {
        for (String step : List.of(EglImporter.START, EglImporter.STAGE, EglImporter.IMPORT, EglImporter.ACQUIRE,
                EglImporter.COPY, EglImporter.WAIT, EglImporter.TRANSFER, EglImporter.CURSOR)) {
            ImportSteps faulty = name -> {
                if (name.equals(step)) {
                    throw new BackendException("rehearsed failure of " + name);
                }
            };
            try (EglImporter importer = importer(faulty, MemoryBudget.unlimited(), FrameKind.CUDA_MEMORY)) {
                BackendException e = assertThrows(BackendException.class, () ->
                        importer.importFrame(new TrialFrame(sample), pointer));
                assertEquals("rehearsed failure of " + step, e.getMessage());
            }
        }
        for (int pictures = 0; pictures < 4; pictures++) {
            MemoryBudget budget = new MemoryBudget((pictures + 1) * WIDTH * HEIGHT * 4L - 1);
            try (EglImporter importer = importer(ImportSteps.NONE, budget, FrameKind.CUDA_MEMORY)) {
                BackendException e = assertThrows(BackendException.class, () ->
                        importer.importFrame(new TrialFrame(sample), pointer));
                assertTrue(e.getMessage().contains("OUT_OF_MEMORY"), e.getMessage());
                assertEquals(0, budget.taken());
            }
        }
    }

    @Test
    void theTrialPassesAndTellsItsTimes() {
        Verdict verdict = new EglImporterProvider().verify(new Trial(new NoHost(), List.of(new Trial.Size(1280, 720),
                new Trial.Size(1920, 1080), new Trial.Size(3840, 2160), new Trial.Size(5120, 2880)), 180, 150));
        for (Verdict.Check check : verdict.checks()) {
            System.out.println(check.outcome() + " " + check.name() + ": " + check.detail());
            check.timing().ifPresent(t -> System.out.printf("      gpu %s cpu %s wall %s%n", text(t.gpu().orElseThrow()),
                    text(t.cpu()), text(t.wall())));
        }
        assertTrue(verdict.passed());
        assertTrue(verdict.checks().stream().anyMatch(c -> c.name().equals("opaque fd of Vulkan as texture into CUDA, 5120x2880")
                && c.outcome() == Verdict.Outcome.PASSED));
    }

    private static String text(Verdict.Spread spread) {
        return String.format("%.3f/%.3f ms", spread.medianNanos() / 1e6, spread.p99Nanos() / 1e6);
    }
}
