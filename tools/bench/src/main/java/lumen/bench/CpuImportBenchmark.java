package lumen.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import lumen.plugin.cpufallback.CpuFallbackProvider;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.CursorState;
import lumen.spi.Damage;
import lumen.spi.DisplayMode;
import lumen.spi.FrameImporter;
import lumen.spi.FrameKind;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
import lumen.spi.PixelFormat;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A captured BGRx frame with padded rows on the CPU path, with and without a pointer to draw, beside the bare copy of its bytes. */
@State(Scope.Thread)
public class CpuImportBenchmark {
    private static final int PADDING = 256;
    private static final int POINTER = 24;

    @Param({"1920x1080", "5120x2880"})
    public String size;

    private Arena arena;
    private Frame frame;
    private Pointer pointer;
    private MemorySegment copy;
    private FrameImporter importer;

    @Setup(Level.Trial)
    public void open() {
        int width = Integer.parseInt(size.substring(0, size.indexOf('x')));
        int height = Integer.parseInt(size.substring(size.indexOf('x') + 1));
        int stride = width * 4 + PADDING;
        arena = Arena.ofShared();
        frame = new Frame(new Slot(arena.allocate((long) stride * height, 64).fill((byte) 0x55), width, height, stride));
        copy = arena.allocate((long) width * 4 * height, 64);
        pointer = new Pointer(arena.allocate(POINTER * POINTER * 4L).fill((byte) 0x7f));
        importer = new CpuFallbackProvider().open(new ImportRequest(DisplayMode.of(width, height, 60),
                OptionalLong.empty(), List.of(FrameKind.SYSTEM_MEMORY), 8, ImportSteps.NONE));
    }

    @TearDown(Level.Trial)
    public void free() {
        importer.close();
        arena.close();
    }

    /** The bytes of the picture from one place in memory to another: what a copy costs at least. */
    @Benchmark
    public void bareCopy() {
        MemorySegment.copy(frame.slot.pixels, 0, copy, 0, copy.byteSize());
    }

    /** What a frame without a separate pointer costs: it is read where it lies. */
    @Benchmark
    public void inPlace() {
        importer.importFrame(frame.next(), CursorState.NONE).release();
    }

    /** A new frame with a pointer over it: one copy, without the padding. */
    @Benchmark
    public void underPointer() {
        importer.importFrame(frame.next(), pointer.move()).release();
    }

    /** The pointer moves over the frame of before. */
    @Benchmark
    public void pointerMoved() {
        importer.redraw(pointer.move()).release();
    }

    private record Slot(MemorySegment pixels, int width, int height, int stride) implements BufferSlot.Memory {
        @Override
        public PixelFormat format() {
            return PixelFormat.XRGB8888;
        }
    }

    private static final class Frame implements CapturedFrame {
        private final Slot slot;
        private final Damage damage = new Damage();
        private long timestamp;

        Frame(Slot slot) {
            this.slot = slot;
        }

        Frame next() {
            timestamp++;
            return this;
        }

        @Override
        public BufferSlot slot() {
            return slot;
        }

        @Override
        public Damage damage() {
            return damage;
        }

        @Override
        public ColorInfo color() {
            return ColorInfo.DESKTOP;
        }

        @Override
        public long timestampNanos() {
            return timestamp;
        }

        @Override
        public void release() {
            // Nobody waits for it.
        }
    }

    private static final class Pointer implements CursorState {
        private final MemorySegment pixels;
        private long serial;

        Pointer(MemorySegment pixels) {
            this.pixels = pixels;
        }

        Pointer move() {
            serial++;
            return this;
        }

        @Override
        public long serial() {
            return serial;
        }

        @Override
        public boolean visible() {
            return true;
        }

        @Override
        public int x() {
            return (int) (serial % 1000);
        }

        @Override
        public int y() {
            return 100;
        }

        @Override
        public int width() {
            return POINTER;
        }

        @Override
        public int height() {
            return POINTER;
        }

        @Override
        public MemorySegment pixels() {
            return pixels;
        }
    }
}
