package lumen.plugin.cpufallback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.Memfd;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.CursorState;
import lumen.spi.ColorInfo;
import lumen.spi.Damage;
import lumen.spi.ImportOffer;
import lumen.spi.ImportSteps;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * No dmabuf can be had without a DRM device or udmabuf, so memfds stand in for them: they map alike, but
 * answer the sync ioctl with ENOTTY, which the importer tolerates and counts.
 */
class CpuImporterTest {
    private static final int WIDTH = 5;
    private static final int HEIGHT = 3;
    private static final int STRIDE = 64;
    private static final int SPAN = STRIDE * (HEIGHT - 1) + WIDTH * 4;

    private final CpuImporter importer = new CpuImporter(ImportSteps.NONE);

    @AfterEach
    void close() {
        importer.close();
    }

    private record Memory(MemorySegment pixels, int stride) implements BufferSlot.Memory {
        @Override
        public PixelFormat format() {
            return PixelFormat.XRGB8888;
        }

        @Override
        public int width() {
            return WIDTH;
        }

        @Override
        public int height() {
            return HEIGHT;
        }
    }

    private record Dmabuf(int descriptor, int offset, int stride, int chunkSize, long modifier, int planes)
            implements BufferSlot.Dmabuf {
        @Override
        public PixelFormat format() {
            return PixelFormat.XRGB8888;
        }

        @Override
        public int width() {
            return WIDTH;
        }

        @Override
        public int height() {
            return HEIGHT;
        }

        @Override
        public int fd(int plane) {
            return descriptor;
        }

        @Override
        public int offset(int plane) {
            return offset;
        }

        @Override
        public int stride(int plane) {
            return stride;
        }
    }

    private record Frame(BufferSlot slot) implements CapturedFrame {
        @Override
        public Damage damage() {
            return new Damage();
        }

        @Override
        public ColorInfo color() {
            return ColorInfo.DESKTOP;
        }

        @Override
        public long timestampNanos() {
            return 1;
        }

        @Override
        public void release() {
        }
    }

    private ImportedFrame.SystemMemory read(BufferSlot slot) {
        return assertInstanceOf(ImportedFrame.SystemMemory.class, importer.importFrame(new Frame(slot), CursorState.NONE));
    }

    private String refusal(BufferSlot slot) {
        long before = descriptors();
        String message = assertThrows(BackendException.class, () -> importer.importFrame(new Frame(slot), CursorState.NONE)).getMessage();
        assertEquals(before, descriptors());
        assertEquals(0, importer.cached() - (slot instanceof BufferSlot.Memory ? 1 : 0));
        return message;
    }

    private static long descriptors() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long mappings(String name) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(l -> l.contains(name)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Fd linear(int size) {
        Fd fd = Memfd.create("cpu-fallback-test", size, 0);
        try (Mapping mapping = Mapping.of(fd.value(), size, true)) {
            for (int i = 0; i + 4 <= size; i += 4) {
                mapping.segment().set(ValueLayout.JAVA_INT, i, i);
            }
        }
        return fd;
    }

    @Test
    void memoryPassesThroughUntouched() {
        try (Arena arena = Arena.ofConfined()) {
            Memory slot = new Memory(arena.allocate(SPAN), STRIDE);
            ImportedFrame.SystemMemory frame = read(slot);
            assertSame(slot.pixels(), frame.pixels());
            assertEquals(STRIDE, frame.stride());
            assertEquals(WIDTH, frame.width());
            assertEquals(HEIGHT, frame.height());
            assertEquals(PixelFormat.XRGB8888, frame.format());
            frame.release();
            frame.release();
        }
    }

    @Test
    void memoryShorterThanItsRowsIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            assertTrue(refusal(new Memory(arena.allocate(SPAN - 1), STRIDE)).contains(Integer.toString(SPAN)));
        }
    }

    @Test
    void aLinearDmabufIsReadFromItsOffsetWithItsStride() {
        try (Fd fd = linear(4096)) {
            for (int chunk : new int[] {0, SPAN, STRIDE * HEIGHT}) {
                ImportedFrame.SystemMemory frame = read(new Dmabuf(fd.value(), 128, STRIDE, chunk, 0, 1));
                assertEquals(SPAN, frame.pixels().byteSize());
                assertEquals(128 + 2 * STRIDE + 4 * 4, frame.pixels().get(ValueLayout.JAVA_INT, 2 * STRIDE + 4 * 4));
                assertThrows(IllegalArgumentException.class, () -> frame.pixels().set(ValueLayout.JAVA_INT, 0, 1));
                frame.release();
            }
            assertEquals(3, importer.unsynchronisedFrames(), "memfds can't be synchronised");
        }
    }

    @Test
    void theLastRowNeedsNoPadding() {
        try (Fd fd = linear(SPAN)) {
            read(new Dmabuf(fd.value(), 0, STRIDE, 0, 0, 1)).release();
        }
    }

    @Test
    void wrongBuffersAreRefusedByName() {
        try (Fd fd = linear(4096)) {
            int n = fd.value();
            assertTrue(refusal(new Dmabuf(n, 0, STRIDE, 0, 0x0100_0000_0000_0001L, 1)).contains("0x0100000000000001"));
            assertTrue(refusal(new Dmabuf(n, 0, STRIDE, 0, 0x00ff_ffff_ffff_ffffL, 1)).contains("0x00ffffffffffffff"));
            assertTrue(refusal(new Dmabuf(n, 0, STRIDE, 0, 0, 2)).contains("2 planes"));
            assertTrue(refusal(new Dmabuf(n, 0, STRIDE, SPAN - 1, 0, 1)).contains(Integer.toString(SPAN)));
            assertTrue(refusal(new Dmabuf(n, 0, 16, 0, 0, 1)).contains("rows of 16 bytes"));
            assertTrue(refusal(new Dmabuf(n, 0, -64, 0, 0, 1)).contains("-64"));
            assertTrue(refusal(new Dmabuf(n, -1, STRIDE, 0, 0, 1)).contains("-1"));
            assertTrue(refusal(new Dmabuf(n, 0, 1 << 20, 0, 0, 1)).contains("4096"), "a stride that leaves the buffer");
            assertTrue(refusal(new Dmabuf(n, 0, Integer.MAX_VALUE, 0, 0, 1)).contains("4096"));
            assertTrue(refusal(new Dmabuf(n, 4096 - SPAN + 1, STRIDE, 0, 0, 1)).contains("4096"));
            Memfd.resize(fd, 100);
            assertTrue(refusal(new Dmabuf(n, 0, STRIDE, 0, 0, 1)).contains("100"), "truncated");
            fd.close();
            assertTrue(refusal(new Dmabuf(n, 0, STRIDE, 0, 0, 1)).contains("Bad file descriptor"));
        }
    }

    @Test
    void aSlotIsMappedOnceAndOutlivesItsDescriptorUntilItIsForgotten() throws Exception {
        Fd fd = linear(4096);
        Dmabuf slot = new Dmabuf(fd.value(), 0, STRIDE, 0, 0, 1);
        read(slot).release();
        fd.close();
        long before = descriptors();
        for (int i = 0; i < 100; i++) {
            read(slot).release();
        }
        assertEquals(before, descriptors());
        assertEquals(1, mappings("cpu-fallback-test"));

        ImportedFrame.SystemMemory frame = read(slot);
        Thread other = Thread.ofPlatform().start(() -> importer.forget(slot));
        other.join();
        assertEquals(4, frame.pixels().get(ValueLayout.JAVA_INT, 4), "readable until it is released");
        assertEquals(1, mappings("cpu-fallback-test"));
        frame.release();
        assertEquals(0, mappings("cpu-fallback-test"));
        assertEquals(before - 1, descriptors());
        importer.forget(slot);
    }

    @Test
    void closingUnmapsEverything() {
        try (Fd fd = linear(4096)) {
            read(new Dmabuf(fd.value(), 0, STRIDE, 0, 0, 1)).release();
            assertEquals(1, mappings("cpu-fallback-test"));
            importer.close();
            importer.close();
            assertEquals(0, mappings("cpu-fallback-test"));
        }
    }

    @Test
    void theOffersAreLinearAndMemoryOnly() {
        assertTrue(importer.offers().stream().allMatch(o -> o.modifier() == ImportOffer.LINEAR));
        assertEquals(2 * CpuImporter.FORMATS.size(), importer.offers().size());
    }

    @Test
    void aFrameAllocatesNothing() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().threadId();
        try (Fd fd = linear(4096)) {
            Frame frame = new Frame(new Dmabuf(fd.value(), 0, STRIDE, 0, 0, 1));
            long deadline = System.nanoTime() + 20_000_000_000L;
            long allocated;
            do {
                long before = threads.getThreadAllocatedBytes(id);
                for (int i = 0; i < 10_000; i++) {
                    importer.importFrame(frame, CursorState.NONE).release();
                }
                allocated = threads.getThreadAllocatedBytes(id) - before;
            } while (allocated != 0 && System.nanoTime() < deadline);
            assertEquals(0, allocated);
        }
    }
}
