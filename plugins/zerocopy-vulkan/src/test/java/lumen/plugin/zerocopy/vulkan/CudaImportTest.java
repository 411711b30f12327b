package lumen.plugin.zerocopy.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import lumen.cuda.Copy2d;
import lumen.cuda.Cuda;
import lumen.cuda.CudaContext;
import lumen.cuda.CudaStream;
import lumen.cuda.MemoryBudget;
import lumen.cuda.PinnedBuffer;
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
import lumen.vulkan.HandleType;
import lumen.vulkan.SamplePicture;
import lumen.vulkan.SamplePictures;
import lumen.vulkan.VulkanBudget;
import lumen.vulkan.VulkanInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An NVIDIA GPU: exported memory to Vulkan to CUDA. The handle type is the driver's own, all else is as in sessions. */
@Tag("gpu")
class CudaImportTest {
    private static final int WIDTH = 333;
    private static final int HEIGHT = 77;
    private static final int STRIDE = 1344;
    private static final Options OPAQUE = Options.quiet(HandleType.OPAQUE_FD);
    private static VulkanInstance instance;
    private static Gpu gpu;
    private static CudaContext context;

    @BeforeAll
    static void open() {
        instance = VulkanInstance.acquire();
        gpu = instance.gpus().stream().filter(g -> Cuda.load().device(g.uuid()).isPresent()).findFirst().orElseThrow();
        context = Cuda.load().device(gpu.uuid()).orElseThrow().retain();
        context.makeCurrent();
    }

    @AfterAll
    static void close() {
        context.close();
        instance.close();
    }

    private static VulkanImporter importer(ImportSteps steps, Options options) {
        return VulkanImporterProvider.open(new ImportRequest(DisplayMode.of(WIDTH, HEIGHT, 60), OptionalLong.empty(),
                List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY), 10, steps), options);
    }

    private static SamplePicture picture(SamplePictures pictures) {
        return pictures.linear(PixelFormat.XRGB8888.fourcc(), WIDTH, HEIGHT, 0, STRIDE, HandleType.OPAQUE_FD);
    }

    @Test
    void aDeviceThatImportsNoDmabufsSaysSo() {
        long before = System.nanoTime();
        Probe probe = new VulkanImporterProvider().probe(new NoHost());
        System.out.println("probe took " + (System.nanoTime() - before) / 1_000_000 + " ms\n" + probe + "\n" + new VulkanImporterProvider().fingerprint());
        if (!gpu.knows(HandleType.DMA_BUF)) {
            Probe.Unavailable no = (Probe.Unavailable) probe;
            assertTrue(no.reason().contains("VK_EXT_external_memory_dma_buf"), no.reason());
            assertTrue(no.remedy().isPresent());
        }
    }

    @Test
    void allPathsPassPixelByPixelAndAreTimed() {
        Verdict verdict = new VulkanImporterProvider().verify(new Trial(new NoHost(), List.of(new Trial.Size(1280, 720),
                new Trial.Size(1920, 1080), new Trial.Size(3840, 2160), new Trial.Size(5120, 2880)), 180,
                Integer.getInteger("trial.seconds", 100)));
        VerifyTest.print(verdict);
        assertTrue(verdict.passed());
        assertTrue(verdict.checks().stream().anyMatch(c -> c.name().endsWith("into CUDA") && c.outcome() == Verdict.Outcome.PASSED));
    }

    @Test
    void oddSizesPass() {
        Verdict verdict = new VulkanImporterProvider().verify(new Trial(new NoHost(), List.of(new Trial.Size(641, 363),
                new Trial.Size(1, 1), new Trial.Size(17, 1003)), 0, 60));
        VerifyTest.print(verdict);
        assertTrue(verdict.passed());
    }

    /** What copies best: printed to decide by, not to pass or fail by. */
    @Test
    void copiersCompared() {
        List<TestPath> paths = TestPath.of(gpu, HandleType.OPAQUE_FD);
        for (Trial.Size size : List.of(new Trial.Size(1280, 720), new Trial.Size(1920, 1080), new Trial.Size(3840, 2160),
                new Trial.Size(5120, 2880))) {
            SelfTiming timing = new SelfTiming(new Trial(new NoHost(), List.of(size), 100, 60));
            VerifyTest.print(new Verdict(List.of(timing.bare(gpu, FrameKind.CUDA_MEMORY, size, "bare copies " + size))));
            for (TestPath path : List.of(paths.getFirst(), paths.getLast())) {
                for (Options.Copier copier : List.of(Options.Copier.GENERAL, Options.Copier.TRANSFER, Options.Copier.SHADER)) {
                    TestPath other = new TestPath(path.name(), path.options().copier(copier), path.maker());
                    VerifyTest.print(new Verdict(List.of(timing.path(gpu, SelfTest.request(FrameKind.CUDA_MEMORY, size), other, size,
                            copier + " " + path.name() + " " + size))));
                }
            }
        }
    }

    @Test
    void theLogTellsTheSizeOfTheStagingBuffer() {
        List<String> told = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                told.add(entry.getMessage());
            }

            @Override
            public void flush() {
                // Nothing is kept back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        Logger logger = Logger.getLogger("lumen.zerocopy.vulkan");
        logger.addHandler(handler);
        Options loud = new Options(HandleType.OPAQUE_FD, Options.Linear.BUFFER, Options.Copier.MEASURED, false, 500, 500,
                Options.standard().log(), VulkanBudget.unlimited(), MemoryBudget.unlimited());
        try (SamplePictures pictures = new SamplePictures(gpu);
                SamplePicture picture = pictures.linear(PixelFormat.XRGB8888.fourcc(), 1280, 720, 0, 5120, HandleType.OPAQUE_FD);
                VulkanImporter importer = importer(ImportSteps.NONE, loud)) {
            picture.paint(1);
            importer.importFrame(new SampleFrame(picture, PixelFormat.XRGB8888), CursorState.NONE).release();
        } finally {
            logger.removeHandler(handler);
        }
        assertTrue(told.contains("Vulkan→CUDA exportable staging buffer ready size=3686400"), told.toString());
    }

    private static int[] words(ImportedFrame imported) {
        ImportedFrame.CudaMemory frame = (ImportedFrame.CudaMemory) imported;
        assertEquals(gpu.uuid(), frame.device());
        long row = frame.width() * 4L;
        try (PinnedBuffer host = new PinnedBuffer(row * frame.height()); CudaStream stream = new CudaStream(); Copy2d copy = new Copy2d()) {
            stream.waitFor(frame.ready());
            stream.copy(copy.size(row, frame.height()).fromDevice(frame.pointer(), frame.pitch()).toHost(host.address(), row));
            stream.await(5_000_000_000L);
            return host.segment().toArray(ValueLayout.JAVA_INT);
        }
    }

    private static void assertShows(int seed, Pointer pointer, ImportedFrame imported) {
        int[] words = words(imported);
        for (int i = 0; i < words.length; i++) {
            int x = i % imported.width();
            int y = i / imported.width();
            int expected = pointer == null ? SamplePicture.pixel(x, y, seed) : pointer.over(imported.format(), x, y, seed);
            if (words[i] != expected) {
                assertEquals(Integer.toHexString(expected), Integer.toHexString(words[i]), x + "," + y + " " + imported.format());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePointerIsDrawnAnywhereOverAnyFormatAndTakenAwayAgain(PixelFormat format) {
        Random random = new Random(7);
        try (SamplePictures pictures = new SamplePictures(gpu);
                SamplePicture picture = pictures.linear(format.fourcc(), WIDTH, HEIGHT, 0, STRIDE, HandleType.OPAQUE_FD);
                VulkanImporter importer = importer(ImportSteps.NONE, OPAQUE)) {
            picture.paint(4);
            SampleFrame frame = new SampleFrame(picture, format);
            for (int i = 0; i < 20; i++) {
                Pointer pointer = Pointer.random(random, random.nextInt(-70, WIDTH + 5), random.nextInt(-50, HEIGHT + 5),
                        random.nextInt(1, i == 0 ? 385 : 80), random.nextInt(1, i == 0 ? 385 : 60));
                ImportedFrame imported = importer.importFrame(frame, pointer);
                assertTrue(imported.detached());
                assertShows(4, pointer, imported);
                for (int move = 0; move < 4; move++) {
                    imported.release();
                    pointer = pointer.at(random.nextInt(-70, WIDTH), random.nextInt(-50, HEIGHT));
                    imported = importer.redraw(pointer);
                    assertShows(4, pointer, imported);
                }
                imported.release();
                imported = importer.redraw(CursorState.NONE);
                assertShows(4, null, imported);
                imported.release();
            }
            assertEquals(1, importer.counters().get("imports"));
            assertEquals(1, importer.counters().get("registrations"));
        }
    }

    @Test
    void twoHeldPicturesStayWhileAThirdComes() {
        try (SamplePictures pictures = new SamplePictures(gpu); SamplePicture picture = picture(pictures);
                VulkanImporter importer = importer(ImportSteps.NONE, OPAQUE)) {
            SampleFrame frame = new SampleFrame(picture, PixelFormat.XRGB8888);
            ImportedFrame[] held = new ImportedFrame[3];
            for (int i = 0; i < 3; i++) {
                picture.paint(i);
                held[i] = importer.importFrame(frame, CursorState.NONE);
            }
            for (int i = 0; i < 3; i++) {
                assertShows(i, null, held[i]);
                held[i].release();
            }
        }
    }

    @Test
    void aPictureOfTheOldSizeStaysWhileItIsHeldAndAFaultTakesNothingFromIt() {
        int[] faultyCopy = {3};
        try (SamplePictures pictures = new SamplePictures(gpu); SamplePicture picture = picture(pictures);
                SamplePicture other = pictures.linear(PixelFormat.XRGB8888.fourcc(), 2 * WIDTH, HEIGHT, 0, 2 * STRIDE, HandleType.OPAQUE_FD);
                VulkanImporter importer = importer(step -> {
                    if (step.equals(Step.COPY) && --faultyCopy[0] == 0) {
                        throw new BackendException("rehearsed");
                    }
                }, OPAQUE)) {
            picture.paint(1);
            other.paint(2);
            ImportedFrame held = importer.importFrame(new SampleFrame(picture, PixelFormat.XRGB8888), CursorState.NONE);
            SampleFrame second = new SampleFrame(other, PixelFormat.XRGB8888);
            ImportedFrame larger = importer.importFrame(second, CursorState.NONE);
            assertThrows(BackendException.class, () -> importer.importFrame(second, CursorState.NONE));
            other.paint(3);
            for (int i = 0; i < 2; i++) {
                ImportedFrame next = importer.importFrame(second, CursorState.NONE);
                assertShows(3, null, next);
                next.release();
            }
            assertShows(1, null, held);
            assertShows(2, null, larger);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Step.START, Step.STAGE, Step.IMPORT, Step.COPY, Step.WAIT, Step.TRANSFER, Step.CURSOR})
    void aFaultAtAnyStepLeavesNothing(String faulty) {
        Pointer pointer = Pointer.random(new Random(1), 5, 5, 10, 10);
        try (SamplePictures pictures = new SamplePictures(gpu); SamplePicture picture = picture(pictures)) {
            picture.paint(1);
            SampleFrame frame = new SampleFrame(picture, PixelFormat.XRGB8888);
            // The first of them warms the driver up.
            long descriptors = 0;
            long free = 0;
            for (int round = 0; round < 4; round++) {
                if (round == 1) {
                    descriptors = FaultsTest.descriptors();
                    free = context.freeMemory();
                }
                VulkanBudget vulkan = VulkanBudget.unlimited();
                MemoryBudget cuda = MemoryBudget.unlimited();
                int[] left = {faulty.equals(Step.COPY) || faulty.equals(Step.WAIT) || faulty.equals(Step.TRANSFER) ? 3 : 1};
                try (VulkanImporter importer = importer(step -> {
                    if (step.equals(faulty) && --left[0] == 0) {
                        throw new BackendException("rehearsed");
                    }
                }, OPAQUE.budgets(vulkan, cuda))) {
                    BackendException e = assertThrows(BackendException.class, () -> {
                        for (int i = 0; i < 10; i++) {
                            importer.importFrame(frame, pointer).release();
                        }
                    });
                    assertEquals("rehearsed", e.getMessage());
                }
                assertEquals(0, vulkan.used());
                assertEquals(0, cuda.taken());
            }
            assertEquals(descriptors, FaultsTest.descriptors());
            assertTrue(context.freeMemory() >= free - (4 << 20), "device memory was " + free + ", is " + context.freeMemory());
        }
    }

    @Test
    void aDeviceWithoutMemorySaysSo() {
        try (SamplePictures pictures = new SamplePictures(gpu); SamplePicture picture = picture(pictures)) {
            picture.paint(1);
            SampleFrame frame = new SampleFrame(picture, PixelFormat.XRGB8888);
            for (Options options : List.of(OPAQUE.budgets(VulkanBudget.unlimited(), MemoryBudget.of(WIDTH * HEIGHT * 8L)),
                    OPAQUE.budgets(new VulkanBudget(picture.memory().size()), MemoryBudget.unlimited()),
                    OPAQUE.budgets(new VulkanBudget(1), MemoryBudget.unlimited()))) {
                try (VulkanImporter importer = importer(ImportSteps.NONE, options)) {
                    BackendException e = assertThrows(BackendException.class, () -> importer.importFrame(frame, CursorState.NONE));
                    assertTrue(e.getMessage().contains("OUT_OF") && e.getMessage().contains("MEMORY"), e.getMessage());
                }
                assertEquals(0, options.memory().used());
                assertEquals(0, options.cudaMemory().taken());
            }
        }
    }

    @Test
    void aFrameImportsRegistersAndAllocatesNothing() {
        try (SamplePictures pictures = new SamplePictures(gpu); SamplePicture picture = picture(pictures);
                VulkanImporter importer = importer(ImportSteps.NONE, OPAQUE)) {
            picture.paint(1);
            SampleFrame frame = new SampleFrame(picture, PixelFormat.XRGB8888);
            Pointer pointer = Pointer.random(new Random(1), 5, 5, 10, 10);
            Pointer moved = pointer.at(20, 20);
            for (int i = 0; i < 20_000; i++) {
                importer.importFrame(frame, (i & 1) == 0 ? pointer : moved).release();
                importer.redraw(CursorState.NONE).release();
            }
            var before = importer.counters();
            long free = context.freeMemory();
            var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
            long id = Thread.currentThread().threadId();
            threads.getThreadAllocatedBytes(id);
            long bytes = threads.getThreadAllocatedBytes(id);
            int times = 2000;
            for (int i = 0; i < times; i++) {
                importer.importFrame(frame, (i & 1) == 0 ? pointer : moved).release();
                importer.redraw(CursorState.NONE).release();
            }
            long allocated = threads.getThreadAllocatedBytes(id) - bytes;
            var after = importer.counters();
            for (String steady : List.of("imports", "registrations", "allocations", "stages")) {
                assertEquals(before.get(steady), after.get(steady), steady);
            }
            assertEquals(free, context.freeMemory());
            System.out.println(String.format(Locale.ROOT, "%d frames: %d bytes of heap", times, allocated));
            assertTrue(allocated < 4096, allocated + " bytes for " + times + " frames");
        }
    }

    @Test
    void aThousandImportersLeaveNothing() {
        TestPath path = TestPath.of(gpu, HandleType.OPAQUE_FD).getFirst();
        ImportRequest request = SelfTest.request(FrameKind.CUDA_MEMORY, new Trial.Size(1280, 720));
        SelfCycles cycles = new SelfCycles(System.nanoTime() + 110_000_000_000L);
        Verdict.Check warm = new SelfCycles(System.nanoTime()).run(gpu, path, request, "warm-up");
        assertEquals(Verdict.Outcome.SKIPPED, warm.outcome(), "there was no time for it");
        long free = context.freeMemory();
        Verdict.Check check = cycles.run(gpu, path, request, "1000 cycles");
        VerifyTest.print(new Verdict(List.of(check)));
        assertEquals(Verdict.Outcome.PASSED, check.outcome(), check.detail());
        assertTrue(context.freeMemory() >= free - (4 << 20), "device memory was " + free + ", is " + context.freeMemory());
    }

    @Test
    void aThousandSlotsComeAndGo() {
        try (SamplePictures pictures = new SamplePictures(gpu); SamplePicture picture = picture(pictures);
                VulkanImporter importer = importer(ImportSteps.NONE, OPAQUE)) {
            picture.paint(1);
            SampleFrame frame = new SampleFrame(picture, PixelFormat.XRGB8888);
            long descriptors = 0;
            long free = 0;
            for (int i = 0; i < 1010; i++) {
                if (i == 10) {
                    descriptors = FaultsTest.descriptors();
                    free = context.freeMemory();
                }
                importer.importFrame(frame, CursorState.NONE).release();
                importer.forget(frame.slot());
            }
            assertEquals(descriptors, FaultsTest.descriptors());
            assertEquals(free, context.freeMemory());
        }
    }
}
