package lumen.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import lumen.posix.Fd;
import lumen.posix.Memfd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real device: pixels against plain Java, errors, leaks, and what things cost. */
@Tag("gpu")
class GpuTest {
    private static final long LIMIT = 5_000_000_000L;
    private static final ValueLayout.OfInt PIXEL = ValueLayout.JAVA_INT_UNALIGNED;
    /** BT.709, limited range: of 8 bits, and scaled for 10. */
    private static final int[] WEIGHTS_8 = {11966, 40254, 4064, 1081344, -6596, -22189, 28785, 28785, -26145, -2640, 33685504};
    private static final int[] WEIGHTS_10 = {11931, 40136, 4052, 4227072, -6577, -22123, 28700, 28700, -26068, -2632, 134348800};

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(1);
    private CudaContext context;
    private CudaStream stream;

    @BeforeEach
    void open() {
        context = Cuda.load().devices().getFirst().retain();
        context.makeCurrent();
        stream = new CudaStream();
    }

    @AfterEach
    void close() {
        stream.close();
        context.close();
        arena.close();
    }

    private MemorySegment noise(long bytes) {
        MemorySegment s = arena.allocate(bytes, 64);
        for (long i = 0; i + 8 <= bytes; i += 8) {
            s.set(ValueLayout.JAVA_LONG, i, random.nextLong());
        }
        return s;
    }

    private void copy(Copy2d copy) {
        stream.copy(copy);
        stream.await(LIMIT);
    }

    private DeviceBuffer upload(MemorySegment pixels, int stride, int width, int height) {
        DeviceBuffer buffer = DeviceBuffer.pitched(width * 4L, height, MemoryBudget.unlimited());
        try (Copy2d copy = new Copy2d()) {
            copy(copy.fromHost(pixels.address(), stride).toDevice(buffer.pointer(), buffer.pitch()).size(width * 4L, height));
        }
        return buffer;
    }

    private byte[] download(long pointer, long pitch, int rowBytes, int rows) {
        MemorySegment out = arena.allocate((long) rowBytes * rows);
        try (Copy2d copy = new Copy2d()) {
            copy(copy.fromDevice(pointer, pitch).toHost(out.address(), rowBytes).size(rowBytes, rows));
        }
        return out.toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void shouldNameItsDevice() {
        Cuda cuda = Cuda.load();
        CudaDevice device = cuda.devices().getFirst();
        System.out.println("FIGURE\tdevice\t" + device + ", driver " + cuda.driverName() + ", CUDA " + cuda.driverVersion());
        assertEquals(device, cuda.device(device.uuid()).orElseThrow());
        assertTrue(device.pciAddress().matches("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.0"), device.pciAddress());
        assertTrue(cuda.deviceOfNode(0x103).isEmpty(), "/dev/null is no GPU");
    }

    @ParameterizedTest
    @CsvSource({"1280, 720, 8, false", "641, 363, 8, true", "1, 1, 8, false", "1920, 1080, 10, false", "333, 77, 10, true"})
    void shouldConvertAsPlainJavaDoes(int width, int height, int bits, boolean redFirst) {
        int stride = width * 4 + 64;
        MemorySegment rgb = noise((long) stride * height + 8);
        int[] w = bits == 8 ? WEIGHTS_8 : WEIGHTS_10;
        int sample = bits == 8 ? 1 : 2;
        int evenWidth = width + 1 & ~1;
        int evenHeight = height + 1 & ~1;
        try (FrameKernels kernels = new FrameKernels(); DeviceBuffer source = upload(rgb, stride, width, height);
                DeviceBuffer target = DeviceBuffer.pitched((long) evenWidth * sample, evenHeight * 3L / 2, MemoryBudget.unlimited())) {
            long chroma = target.pointer() + target.pitch() * evenHeight;
            kernels.ycbcr(stream, source.pointer(), (int) source.pitch(), width, height, bits, redFirst, target.pointer(),
                    (int) target.pitch(), chroma, (int) target.pitch(), w);
            stream.await(LIMIT);
            byte[] luma = download(target.pointer(), target.pitch(), evenWidth * sample, evenHeight);
            byte[] pairs = download(chroma, target.pitch(), evenWidth * sample, evenHeight / 2);
            for (int y = 0; y < evenHeight; y += 2) {
                for (int x = 0; x < evenWidth; x += 2) {
                    square(rgb, stride, width, height, bits, redFirst, w, x, y, luma, pairs, evenWidth);
                }
            }
        }
    }

    private static void square(MemorySegment rgb, int stride, int width, int height, int bits, boolean redFirst, int[] w, int x, int y,
                               byte[] luma, byte[] pairs, int evenWidth) {
        int mask = (1 << bits) - 1;
        int up = bits == 8 ? 0 : 6;
        int[] sum = new int[3];
        for (int i = 0; i < 4; i++) {
            int px = Math.min(x + (i & 1), width - 1);
            int py = Math.min(y + (i >> 1), height - 1);
            int pixel = rgb.get(PIXEL, (long) py * stride + 4L * px);
            int low = pixel & mask;
            int high = pixel >>> 2 * bits & mask;
            int[] c = {redFirst ? low : high, pixel >>> bits & mask, redFirst ? high : low};
            for (int k = 0; k < 3; k++) {
                sum[k] += c[k];
            }
            int expected = (w[0] * c[0] + w[1] * c[1] + w[2] * c[2] + w[3] >> 16) << up;
            assertEquals(expected, sample(luma, (y + (i >> 1)) * evenWidth + x + (i & 1), bits), "luma " + x + "," + y + " " + i);
        }
        int u = Math.min(w[4] * sum[0] + w[5] * sum[1] + w[6] * sum[2] + w[10] >> 18, mask) << up;
        int v = Math.min(w[7] * sum[0] + w[8] * sum[1] + w[9] * sum[2] + w[10] >> 18, mask) << up;
        assertEquals(u, sample(pairs, y / 2 * evenWidth + x, bits), "U " + x + "," + y);
        assertEquals(v, sample(pairs, y / 2 * evenWidth + x + 1, bits), "V " + x + "," + y);
    }

    private static int sample(byte[] plane, int index, int bits) {
        return bits == 8 ? plane[index] & 0xff : plane[2 * index] & 0xff | (plane[2 * index + 1] & 0xff) << 8;
    }

    @ParameterizedTest
    @CsvSource({"8, false", "8, true", "10, false", "10, true"})
    void shouldDrawThePointerAsPlainJavaDoes(int bits, boolean redFirst) {
        int width = 61;
        int height = 43;
        MemorySegment rgb = noise(width * 4L * height + 8);
        try (FrameKernels kernels = new FrameKernels(); CudaCursor cursor = new CudaCursor(kernels, MemoryBudget.unlimited())) {
            for (int i = 1; i <= 40; i++) {
                int columns = random.nextInt(1, 70);
                int rows = random.nextInt(1, 50);
                int x = random.nextInt(-70, 70);
                int y = random.nextInt(-50, 50);
                MemorySegment bitmap = premultiplied(columns, rows);
                try (DeviceBuffer picture = upload(rgb, width * 4, width, height)) {
                    cursor.draw(stream, picture.pointer(), (int) picture.pitch(), width, height, bits, redFirst, x, y, columns, rows, bitmap, i);
                    stream.await(LIMIT);
                    MemorySegment out = MemorySegment.ofArray(download(picture.pointer(), picture.pitch(), width * 4, height));
                    for (int py = 0; py < height; py++) {
                        for (int px = 0; px < width; px++) {
                            long at = ((long) py * width + px) * 4;
                            boolean inside = px >= x && px < x + columns && py >= y && py < y + rows;
                            int expected = !inside ? rgb.get(PIXEL, at)
                                    : over(rgb.get(PIXEL, at), bitmap.get(PIXEL, ((long) (py - y) * columns + px - x) * 4), bits, redFirst);
                            assertEquals(expected, out.get(PIXEL, at), px + "," + py);
                        }
                    }
                }
            }
            MemorySegment small = arena.allocate(16);
            assertThrows(IllegalArgumentException.class, () -> cursor.draw(stream, 0, 0, 1, 1, 8, false, 0, 0, 3, 3, small, 99));
        }
    }

    private MemorySegment premultiplied(int columns, int rows) {
        MemorySegment bitmap = arena.allocate(4L * columns * rows);
        for (long i = 0; i < bitmap.byteSize(); i += 4) {
            int alpha = random.nextInt(3) == 0 ? 0 : random.nextInt(256);
            bitmap.set(PIXEL, i, alpha << 24 | random.nextInt(alpha + 1) << 16 | random.nextInt(alpha + 1) << 8 | random.nextInt(alpha + 1));
        }
        return bitmap;
    }

    private static int over(int target, int source, int bits, boolean redFirst) {
        int alpha = source >>> 24;
        if (alpha == 0) {
            return target;
        }
        int out = target & ~((1 << 3 * bits) - 1);
        for (int i = 0; i < 3; i++) {
            int shift = redFirst ? (2 - i) * bits : i * bits;
            int colour = source >>> 8 * i & 255;
            if (bits == 10) {
                colour = (colour * 1023 + 127) / 255;
            }
            int sum = colour + ((target >>> shift & (1 << bits) - 1) * (255 - alpha) + 127) / 255;
            out |= Math.min(sum, (1 << bits) - 1) << shift;
        }
        return out;
    }

    @Test
    void shouldConsumeTheDescriptorThatCudaRefuses() throws Exception {
        for (String kind : new String[] {"memory", "dedicated memory", "memory of no bytes", "TIMELINE", "BINARY", "memory without context"}) {
            try (Fd stranger = Memfd.create("no-gpu-memory", 1 << 20, 0)) {
                refused(kind, stranger);
                long before = entries("/proc/self/fd");
                for (int i = 0; i < 100; i++) {
                    refused(kind, stranger);
                }
                assertEquals(before, entries("/proc/self/fd"), kind + ": descriptors after 100 refusals");
            }
        }
    }

    private void refused(String kind, Fd stranger) throws Exception {
        Fd copy = Fd.duplicateOf(stranger.value());
        int number = copy.value();
        CudaException e = assertThrows(CudaException.class, () -> {
            switch (kind) {
                case "memory" -> ExternalMemory.importOpaque(copy, 1 << 20, false);
                case "dedicated memory" -> ExternalMemory.importOpaque(copy, 1 << 20, true);
                case "memory of no bytes" -> ExternalMemory.importOpaque(copy, 0, false);
                case "memory without context" -> elsewhere(() -> ExternalMemory.importOpaque(copy, 1 << 20, false));
                default -> new ExternalSemaphore(copy, ExternalSemaphore.Kind.valueOf(kind));
            }
        }, kind);
        assertEquals(false, Fd.sameDescription(stranger.value(), number), () -> kind + " left its descriptor open: " + e.getMessage());
        assertThrows(IllegalStateException.class, copy::value, "the caller has nothing left to close");
    }

    /** On a thread that has no current context. */
    private static void elsewhere(Runnable work) {
        RuntimeException[] thrown = new RuntimeException[1];
        try {
            Thread.ofPlatform().start(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    thrown[0] = e;
                }
            }).join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (thrown[0] != null) {
            throw thrown[0];
        }
    }

    /** What the driver itself does, so that the note at OpaqueFd stays true. */
    @Test
    void figuresOfRefusedDescriptors() throws Throwable {
        for (long bytes : new long[] {1 << 20, 0}) {
            try (Fd stranger = Memfd.create("no-gpu-memory", 1 << 20, 0); Fd copy = Fd.duplicateOf(stranger.value())) {
                int number = copy.value();
                MemorySegment desc = arena.allocate(ExternalMemory.SIZEOF_HANDLE_DESC, 8);
                desc.set(ValueLayout.JAVA_INT, 0, ExternalMemory.TYPE_OPAQUE_FD);
                desc.set(ValueLayout.JAVA_LONG, ExternalMemory.HANDLE_DESC_SIZE, bytes);
                desc.set(ValueLayout.JAVA_INT, ExternalMemory.HANDLE_DESC_HANDLE, number);
                int result = (int) LibCuda.IMPORT_EXTERNAL_MEMORY.invokeExact(arena.allocate(8, 8), desc);
                boolean open = Fd.sameDescription(stranger.value(), number);
                System.out.println("FIGURE\tmemfd as OPAQUE_FD of " + bytes + " bytes\t" + LibCuda.failure("cuImportExternalMemory", result).getMessage()
                        + ", descriptor " + (open ? "left open" : "closed by CUDA"));
                if (!open) {
                    copy.release();
                }
            }
        }
    }

    /** What RawDmabuf tries with; giving it to an import is left to processes that may be lost. */
    @Test
    void shouldExportDeviceMemoryAsADmabuf() throws Throwable {
        try (DeviceBuffer memory = DeviceBuffer.linear(4 << 20, MemoryBudget.unlimited()); Fd dmabuf = RawDmabuf.export(memory)) {
            assertTrue(Fd.isDmabuf(dmabuf.value()));
            assertEquals(4 << 20, Fd.sizeOf(dmabuf.value()));
        }
    }

    @Test
    void shouldCopyBetweenHostDeviceAndArrays() {
        int width = 67;
        int height = 41;
        MemorySegment rgb = noise(width * 4L * height + 8);
        MemoryBudget budget = MemoryBudget.unlimited();
        try (DeviceBuffer a = upload(rgb, width * 4, width, height); CudaArray one = new CudaArray(width, height, budget);
                CudaArray two = new CudaArray(width, height, budget); DeviceBuffer b = DeviceBuffer.pitched(width * 4L, height, budget);
                Copy2d copy = new Copy2d()) {
            assertEquals(2L * 4 * width * height + 4L * width * height, budget.taken());
            copy.size(width * 4L, height);
            stream.copy(copy.fromDevice(a.pointer(), a.pitch()).toArray(one.handle()));
            stream.copy(copy.fromArray(one.handle()).toArray(two.handle()));
            stream.copy(copy.fromArray(two.handle()).toDevice(b.pointer(), b.pitch()));
            // And a rectangle from the middle to the corner, from host to device.
            copy(copy.fromHost(rgb.address(), width * 4L).toDevice(b.pointer(), b.pitch()).at(10 * 4, 7, 0, 0).size(5 * 4, 3));
            MemorySegment out = MemorySegment.ofArray(download(b.pointer(), b.pitch(), width * 4, height));
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    boolean corner = x < 5 && y < 3;
                    assertEquals(rgb.get(PIXEL, ((y + (corner ? 7L : 0)) * width + x + (corner ? 10 : 0)) * 4),
                            out.get(PIXEL, ((long) y * width + x) * 4), x + "," + y);
                }
            }
            assertThrows(CudaException.class, () -> stream.copy(copy.fromHost(rgb.address(), 4).size(5 * 4, 3)), "rows longer than the pitch");
        }
        assertEquals(0, budget.taken());
    }

    @Test
    void shouldSayWhatIsWrong() {
        CudaException e = assertThrows(CudaException.class, () -> new CudaModule(".version 99.0\n.target sm_61\n"));
        assertTrue(e.getMessage().startsWith("cuModuleLoadDataEx: CUDA_ERROR_"), e.getMessage());
        try (CudaModule module = new CudaModule(".version 6.4\n.target sm_61\n.address_size 64\n.visible .entry k() { ret; }\n")) {
            assertTrue(assertThrows(CudaException.class, () -> module.kernel("nothing")).getMessage().contains("CUDA_ERROR_NOT_FOUND"));
        }
        CudaException full = assertThrows(CudaException.class,
                () -> DeviceBuffer.linear(context.device().memory() * 2, MemoryBudget.unlimited()));
        assertEquals(CudaException.OUT_OF_MEMORY, full.code());
    }

    /** A kernel that never ends by itself: the wait must. It watches a word of pinned memory. */
    @Test
    void shouldWaitNoLongerThanItIsTold() {
        String spin = """
                .version 6.4
                .target sm_61
                .address_size 64
                .visible .entry spin(.param .u64 flag) {
                    .reg .u64 %p;
                    .reg .u32 %v;
                    .reg .pred %q;
                    ld.param.u64 %p, [flag];
                again:
                    ld.volatile.global.u32 %v, [%p];
                    setp.eq.u32 %q, %v, 0;
                    @%q bra again;
                    ret;
                }
                """;
        try (CudaModule module = new CudaModule(spin); CudaKernel kernel = module.kernel("spin", 8); PinnedBuffer flag = new PinnedBuffer(64);
                CudaEvent event = CudaEvent.create()) {
            flag.segment().fill((byte) 0);
            kernel.set(0, flag.address()).launch(stream, 1, 1, 1, 1);
            stream.record(event);
            CudaException late = assertThrows(CudaException.class, () -> stream.await(20_000_000));
            assertTrue(late.getMessage().contains("20 ms") && late.timedOut(), late.getMessage());
            assertTrue(assertThrows(CudaException.class, () -> event.await(1_000_000)).timedOut());
            flag.segment().set(ValueLayout.JAVA_INT, 0, 1);
            event.await(LIMIT);
            stream.await(LIMIT);
        }
    }

    @Test
    void shouldRecycleItsBuffers() {
        try (CudaFramePool pool = new CudaFramePool(1280 * 4, 720, 2, MemoryBudget.unlimited())) {
            DeviceBuffer a = pool.take();
            DeviceBuffer b = pool.take();
            assertThrows(IllegalStateException.class, pool::take);
            pool.give(a);
            for (int i = 0; i < 1000; i++) {
                pool.give(pool.take());
            }
            pool.give(b);
            assertEquals(2, pool.allocated());
            assertEquals(1002, pool.takes());
            assertEquals(1002, pool.returns());
            assertThrows(IllegalStateException.class, () -> pool.give(b), "twice");
            assertEquals(0, pool.taken());
        }
        try (CudaFramePool pool = new CudaFramePool(1280 * 4, 720, 2, MemoryBudget.of(1280 * 4 * 720))) {
            pool.take();
            assertEquals(CudaException.OUT_OF_MEMORY, assertThrows(CudaException.class, pool::take).code());
        }
    }

    @Test
    void shouldLeaveNothingBehind() throws Exception {
        cycles(20);
        long free = context.freeMemory();
        long fds = entries("/proc/self/fd");
        long threads = entries("/proc/self/task");
        cycles(1000);
        assertEquals(free, context.freeMemory(), "device memory");
        assertEquals(fds, entries("/proc/self/fd"), 2, "descriptors");
        assertEquals(threads, entries("/proc/self/task"), 3, "threads");
    }

    private void cycles(int count) {
        for (int i = 0; i < count; i++) {
            try (CudaContext share = context.device().retain(); CudaStream s = new CudaStream(); CudaEvent e = CudaEvent.timed();
                    PinnedBuffer pinned = new PinnedBuffer(1 << 16); Copy2d copy = new Copy2d();
                    CudaFramePool pool = new CudaFramePool(640 * 4, 360, 3, MemoryBudget.unlimited())) {
                share.makeCurrent();
                DeviceBuffer frame = pool.take();
                s.copy(copy.fromHost(pinned.address(), 2560).toDevice(frame.pointer(), frame.pitch()).size(2560, 25));
                s.record(e);
                e.await(LIMIT);
                pool.give(frame);
            }
        }
    }

    private static long entries(String folder) throws Exception {
        try (Stream<Path> all = Files.list(Path.of(folder))) {
            return all.count();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1280x720", "1920x1080", "3840x2160", "5120x2880"})
    void figures(String size) {
        int width = Integer.parseInt(size.substring(0, size.indexOf('x')));
        int height = Integer.parseInt(size.substring(size.indexOf('x') + 1));
        MemoryBudget budget = MemoryBudget.unlimited();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (FrameKernels kernels = new FrameKernels(); CudaCursor cursor = new CudaCursor(kernels, budget);
                DeviceBuffer a = DeviceBuffer.pitched(width * 4L, height, budget); DeviceBuffer b = DeviceBuffer.pitched(width * 4L, height, budget);
                DeviceBuffer nv12 = DeviceBuffer.pitched(width, height * 3L / 2, budget); PinnedBuffer host = new PinnedBuffer(width * 4L * height);
                Copy2d copy = new Copy2d(); CudaEvent begin = CudaEvent.timed(); CudaEvent end = CudaEvent.timed()) {
            MemorySegment bitmap = premultiplied(64, 64);
            time("bare device copy", size, threads, begin, end, () -> stream.copy(copy.fromDevice(a.pointer(), a.pitch())
                    .toDevice(b.pointer(), b.pitch()).size(width * 4L, height)));
            time("to NV12", size, threads, begin, end, () -> kernels.ycbcr(stream, a.pointer(), (int) a.pitch(), width, height, 8, false,
                    nv12.pointer(), (int) nv12.pitch(), nv12.pointer() + nv12.pitch() * height, (int) nv12.pitch(), WEIGHTS_8));
            time("pointer of 64x64", size, threads, begin, end, () -> cursor.draw(stream, a.pointer(), (int) a.pitch(), width, height, 8, false,
                    100, 100, 64, 64, bitmap, 7));
            time("NV12 downloaded", size, threads, begin, end, () -> stream.copy(copy.fromDevice(nv12.pointer(), nv12.pitch())
                    .toHost(host.address(), width).size(width, height * 3L / 2)));
            time("BGRx downloaded", size, threads, begin, end, () -> stream.copy(copy.fromDevice(a.pointer(), a.pitch())
                    .toHost(host.address(), width * 4L).size(width * 4L, height)));
        }
    }

    private void time(String what, String size, ThreadMXBean threads, CudaEvent begin, CudaEvent end, Runnable work) {
        int frames = 180;
        long[] gpu = new long[frames];
        long[] wall = new long[frames];
        long id = Thread.currentThread().threadId();
        // Until C2 has compiled the calls they allocate.
        for (int i = 0; i < 20_000 && !size.equals("5120x2880") || i < 2000; i++) {
            work.run();
            if (i % 50 == 0) {
                stream.await(LIMIT);
            }
        }
        stream.await(LIMIT);
        for (int i = 0; i < frames; i++) {
            long start = System.nanoTime();
            stream.record(begin);
            work.run();
            stream.record(end);
            end.await(LIMIT);
            wall[i] = System.nanoTime() - start;
            gpu[i] = end.nanosSince(begin);
        }
        long before = threads.getThreadAllocatedBytes(id);
        for (int i = 0; i < frames; i++) {
            work.run();
        }
        long allocated = threads.getThreadAllocatedBytes(id) - before;
        stream.await(LIMIT);
        Arrays.sort(gpu);
        Arrays.sort(wall);
        System.out.printf("FIGURE\t%s\t%s\tGPU %.4f ms (p99 %.4f), wall %.4f ms (p99 %.4f), %d bytes of heap a call%n", what, size, gpu[frames / 2] / 1e6,
                gpu[frames * 99 / 100] / 1e6, wall[frames / 2] / 1e6, wall[frames * 99 / 100] / 1e6, allocated / frames);
        assertTrue(allocated < frames, () -> what + ": " + allocated + " bytes of heap in " + frames + " calls");
    }
}
