package lumen.plugin.zerocopy.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import lumen.cuda.MemoryBudget;
import lumen.posix.Fd;
import lumen.posix.Memfd;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.Damage;
import lumen.spi.FrameKind;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
import lumen.spi.PixelFormat;
import lumen.vulkan.VulkanBudget;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Buffers that are not what they say, devices without memory, steps that fail: one sentence, nothing left behind. */
@Tag("vm")
class FaultsTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 50;
    private static final int STRIDE = 1280;

    private static VulkanImporter open(Options options) {
        return VulkanImporterProvider.open(LavapipeTest.request(ImportSteps.NONE, 8), options);
    }

    /** A lie, and a word of what is said about it. */
    private static Arguments lie(String words, Consumer<TestSlot> lie) {
        return Arguments.of(words, lie);
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                lie("modifier 0x0300000000606014", s -> s.modifier = 0x0300000000606014L),
                lie("modifier 0x00ffffffffffffff", s -> s.modifier = 0x00ffffffffffffffL),
                lie("end at", s -> s.stride = 2 * STRIDE),
                lie("end at", s -> s.stride = Integer.MAX_VALUE - 3),
                lie("can't have rows of 1276 bytes", s -> s.stride = 1276),
                lie("stride 0", s -> s.stride = 0),
                lie("stride -1280", s -> s.stride = -STRIDE),
                lie("end at", s -> s.height = 10 * HEIGHT),
                lie("offset -4", s -> s.offset = -4),
                lie("with a plane at 2147483644", s -> s.offset = Integer.MAX_VALUE - 3),
                lie("end at", s -> s.offset = 4096),
                lie("0 planes", s -> s.planes = 0),
                lie("2 planes", s -> s.planes = 2),
                lie("5 planes", s -> s.planes = 5),
                lie("0x50", s -> s.width = 0),
                lie("-320x50", s -> s.width = -WIDTH),
                lie("320x2147483647", s -> s.height = Integer.MAX_VALUE),
                lie("bytes of pixels", s -> s.chunkSize = STRIDE * HEIGHT - 1),
                lie("-1", s -> s.fd = -1),
                lie("987", s -> s.fd = 987));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void aLieIsNamedAndNothingStays(String words, Consumer<TestSlot> lie) {
        for (Options way : LavapipeTest.ways()) {
            VulkanBudget budget = VulkanBudget.unlimited();
            try (TestSlot good = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1);
                    TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(2)) {
                lie.accept(slot);
                try (VulkanImporter importer = open(way.budgets(budget, MemoryBudget.unlimited()))) {
                    importer.importFrame(good.frame(), CursorState.NONE).release();
                    long descriptors = descriptors();
                    long used = budget.used();
                    BackendException e = assertThrows(BackendException.class,
                            () -> importer.importFrame(slot.frame(), CursorState.NONE));
                    assertTrue(e.getMessage().contains(words), e.getMessage());
                    assertEquals(descriptors, descriptors());
                    assertEquals(used, budget.used());
                    assertEquals(1, importer.cached());
                    // A host goes on with another importer; this one could, too.
                    LavapipeTest.assertShows(1, importer.importFrame(good.frame(), CursorState.NONE));
                }
                assertEquals(0, budget.used());
            }
        }
    }

    static long descriptors() {
        return new java.io.File("/proc/self/fd").list().length;
    }

    @Test
    void whatIsNoDmabufIsNeverShownToTheDriver() {
        try (VulkanImporter importer = open(Options.standard()); TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE);
                Fd memfd = Memfd.create("not a dmabuf", STRIDE * HEIGHT, 0)) {
            slot.fd = memfd.value();
            BackendException e = assertThrows(BackendException.class, () -> importer.importFrame(slot.frame(), CursorState.NONE));
            assertTrue(e.getMessage().contains("is no dmabuf"), e.getMessage());
        }
    }

    @Test
    void aClosedDescriptorIsNamed() {
        try (VulkanImporter importer = open(Options.standard()); TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE)) {
            slot.memory.close();
            BackendException e = assertThrows(BackendException.class, () -> importer.importFrame(slot.frame(), CursorState.NONE));
            assertTrue(e.getMessage().contains("errno 9"), e.getMessage());
        }
    }

    @Test
    void aBufferImportedBeforeItsDescriptorWasClosedStaysReadable() {
        try (VulkanImporter importer = open(Options.standard()); TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1)) {
            importer.importFrame(slot.frame(), CursorState.NONE).release();
            slot.memory.close();
            slot.paint(2);
            LavapipeTest.assertShows(2, importer.importFrame(slot.frame(), CursorState.NONE));
        }
    }

    @Test
    void sharedMemoryIsRefused() {
        record Shared(PixelFormat format, int width, int height, java.lang.foreign.MemorySegment pixels, int stride)
                implements BufferSlot.Memory {
        }
        record Frame(BufferSlot slot, Damage damage, ColorInfo color, long timestampNanos) implements CapturedFrame {
            @Override
            public void release() {
                // Nobody waits for it.
            }
        }
        try (VulkanImporter importer = open(Options.standard())) {
            assertThrows(BackendException.class, () -> importer.importFrame(new Frame(
                    new Shared(PixelFormat.XRGB8888, 1, 1, java.lang.foreign.MemorySegment.NULL, 4), new Damage(), ColorInfo.DESKTOP, 1),
                    CursorState.NONE));
        }
    }

    @Test
    void anEncoderThatReadsSomethingElseIsRefused() {
        ImportRequest request = new ImportRequest(LavapipeTest.request(ImportSteps.NONE, 8).mode(), java.util.OptionalLong.empty(),
                List.of(FrameKind.DMABUF), 8, ImportSteps.NONE);
        BackendException e = assertThrows(BackendException.class, () -> new VulkanImporterProvider().open(request));
        assertTrue(e.getMessage().contains("DMABUF"), e.getMessage());
    }

    @Test
    void aDeviceWithoutMemorySaysSoAtEachStepThatNeedsSome() {
        long needed;
        try (TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1)) {
            VulkanBudget all = VulkanBudget.unlimited();
            try (VulkanImporter importer = open(Options.standard().budgets(all, MemoryBudget.unlimited()))) {
                importer.importFrame(slot.frame(), CursorState.NONE).release();
                needed = all.used();
            }
            for (long limit = 0; limit < needed; limit += needed / 7) {
                VulkanBudget budget = new VulkanBudget(limit);
                long descriptors = descriptors();
                try (VulkanImporter importer = open(Options.standard().budgets(budget, MemoryBudget.unlimited()))) {
                    BackendException e = assertThrows(BackendException.class, () -> importer.importFrame(slot.frame(), CursorState.NONE));
                    assertTrue(e.getMessage().contains("VK_ERROR_OUT_OF_DEVICE_MEMORY"), e.getMessage());
                    assertTrue(e.getMessage().contains("step import") || e.getMessage().contains("step stage"), e.getMessage());
                }
                assertEquals(0, budget.used());
                assertEquals(descriptors, descriptors());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Step.START, Step.STAGE, Step.IMPORT, Step.ACQUIRE, Step.COPY, Step.WAIT, Step.CURSOR})
    void aFaultAtAnyStepOfAnyFrameLeavesNothing(String faulty) {
        for (int at = 1; at <= 3; at++) {
            List<String> begun = new ArrayList<>();
            int[] left = {at};
            boolean once = faulty.equals(Step.START);
            ImportSteps steps = step -> {
                begun.add(step);
                if (step.equals(faulty) && (once || --left[0] == 0)) {
                    throw new BackendException("rehearsed");
                }
            };
            VulkanBudget budget = VulkanBudget.unlimited();
            long descriptors = descriptors();
            try (TestSlot one = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1);
                    TestSlot two = TestSlot.heap(WIDTH / 2, HEIGHT, 0, STRIDE / 2).paint(2)) {
                Pointer pointer = Pointer.random(new java.util.Random(1), 5, 5, 10, 10);
                try (VulkanImporter importer = VulkanImporterProvider.open(LavapipeTest.request(steps, 8),
                        Options.standard().budgets(budget, MemoryBudget.unlimited()))) {
                    BackendException e = assertThrows(BackendException.class, () -> {
                        for (int i = 0; i < 10; i++) {
                            importer.importFrame((i % 2 == 0 ? one : two).frame(), pointer).release();
                            importer.forget(one);
                        }
                    }, faulty);
                    assertEquals("rehearsed", e.getMessage());
                    assertEquals(faulty, begun.getLast());
                }
            }
            assertEquals(0, budget.used());
            assertEquals(descriptors, descriptors());
        }
    }

    /** The software device compiles the shader each time, which takes a tenth of a second. */
    @ParameterizedTest
    @CsvSource({"BUFFER, GENERAL, 1000", "IMAGE, GENERAL, 1000", "IMAGE, SHADER, 100"})
    void aThousandImportersLeaveNothing(Options.Linear linear, Options.Copier copier, int times) throws Exception {
        Options options = Options.quiet(lumen.vulkan.HandleType.DMA_BUF).linear(linear).copier(copier);
        // The instance stays: loading and unloading drivers is not what sessions do.
        try (lumen.vulkan.VulkanInstance keep = lumen.vulkan.VulkanInstance.acquire();
                TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1)) {
            assertEquals(1, keep.gpus().size());
            cycle(options, slot, times / 20);
            long descriptors = descriptors();
            long threads = threads();
            long resident = residentKilobytes();
            cycle(options, slot, times);
            assertEquals(descriptors, descriptors());
            assertEquals(threads, threads());
            long grown = residentKilobytes() - resident;
            System.out.println(times + " importers: " + grown + " kB more resident");
            assertTrue(grown < 32 * 1024, grown + " kB more");
        }
    }

    private static void cycle(Options options, TestSlot slot, int times) {
        for (int i = 0; i < times; i++) {
            try (VulkanImporter importer = open(options)) {
                importer.importFrame(slot.frame(), CursorState.NONE).release();
            }
        }
    }

    private static long threads() {
        return new java.io.File("/proc/self/task").list().length;
    }

    private static long residentKilobytes() throws Exception {
        return java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("VmRSS"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }

    @Test
    void aThousandSlotsComeAndGo() {
        VulkanBudget budget = VulkanBudget.unlimited();
        try (VulkanImporter importer = open(Options.standard().budgets(budget, MemoryBudget.unlimited()));
                TestSlot slot = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1)) {
            importer.importFrame(slot.frame(), CursorState.NONE).release();
            importer.forget(slot);
            long used = budget.used();
            long descriptors = descriptors();
            for (int i = 0; i < 1000; i++) {
                importer.importFrame(slot.frame(), CursorState.NONE).release();
                importer.forget(slot);
            }
            assertEquals(used, budget.used());
            assertEquals(descriptors, descriptors());
            assertEquals(1001, importer.counters().get("imports"));
        }
    }

    @Test
    void aFrameImportsRegistersAndAllocatesNothing() {
        try (VulkanImporter importer = open(Options.standard());
                TestSlot one = TestSlot.udmabuf(WIDTH, HEIGHT, 0, STRIDE).paint(1);
                TestSlot two = TestSlot.heap(WIDTH, HEIGHT, 0, STRIDE).paint(2)) {
            CapturedFrame[] frames = {one.frame(), two.frame()};
            Pointer pointer = Pointer.random(new java.util.Random(1), 5, 5, 10, 10);
            for (int i = 0; i < 20_000; i++) {
                importer.importFrame(frames[i & 1], pointer).release();
                importer.redraw(CursorState.NONE).release();
            }
            var before = importer.counters();
            var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
            long id = Thread.currentThread().threadId();
            threads.getThreadAllocatedBytes(id);
            long bytes = threads.getThreadAllocatedBytes(id);
            int times = 2000;
            for (int i = 0; i < times; i++) {
                importer.importFrame(frames[i & 1], pointer).release();
                importer.redraw(CursorState.NONE).release();
            }
            long allocated = threads.getThreadAllocatedBytes(id) - bytes;
            var after = importer.counters();
            assertEquals(before.get("imports"), after.get("imports"));
            assertEquals(before.get("registrations"), after.get("registrations"));
            assertEquals(before.get("allocations"), after.get("allocations"));
            assertEquals(before.get("stages"), after.get("stages"));
            assertEquals(before.get("frames") + times, after.get("frames"));
            System.out.println(times + " frames: " + allocated + " bytes of heap");
            // What asking costs, and the compiler now and then; a single object a frame would be 32,000 bytes.
            assertTrue(allocated < 4096, allocated + " bytes for " + times + " frames");
        }
    }
}
