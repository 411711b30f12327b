package lumen.plugin.zerocopy.vulkan;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.posix.SystemDmabuf;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.Damage;
import lumen.spi.PixelFormat;
import lumen.vulkan.SamplePicture;

/** A real dmabuf of ordinary memory that a test fills with its own hands; all that it says of itself can be falsified. */
final class TestSlot implements BufferSlot.Dmabuf, AutoCloseable {
    final Fd memory;
    private final Mapping mapping;
    PixelFormat format = PixelFormat.XRGB8888;
    int width;
    int height;
    int offset;
    int stride;
    int chunkSize;
    int planes = 1;
    long modifier;
    int fd;

    private TestSlot(Fd memory, int width, int height, int offset, int stride) {
        this.memory = memory;
        this.width = width;
        this.height = height;
        this.offset = offset;
        this.stride = stride;
        this.fd = memory.value();
        this.mapping = Mapping.of(memory.value(), offset + (long) stride * height, true);
    }

    /** Of a driver's pages; takes the descriptor over. */
    static TestSlot of(Fd dmabuf, int width, int height, int stride) {
        return new TestSlot(dmabuf, width, height, 0, stride);
    }

    /** Of pages of a memfd. */
    static TestSlot udmabuf(int width, int height, int offset, int stride) {
        return new TestSlot(SystemDmabuf.udmabuf(offset + (long) stride * height), width, height, offset, stride);
    }

    /** Of the kernel's own pages. */
    static TestSlot heap(int width, int height, int offset, int stride) {
        return new TestSlot(SystemDmabuf.heap(offset + (long) stride * height), width, height, offset, stride);
    }

    TestSlot format(PixelFormat other) {
        format = other;
        return this;
    }

    TestSlot paint(int seed) {
        MemorySegment bytes = mapping.segment();
        bytes.fill((byte) 0x5A);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                bytes.set(ValueLayout.JAVA_INT_UNALIGNED, offset + (long) y * stride + x * 4L, SamplePicture.pixel(x, y, seed));
            }
        }
        return this;
    }

    /** All bytes, padding included. */
    byte[] bytes() {
        return mapping.segment().toArray(ValueLayout.JAVA_BYTE);
    }

    CapturedFrame frame() {
        return new Frame(this);
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
            // Nobody waits for it.
        }
    }

    @Override
    public PixelFormat format() {
        return format;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public long modifier() {
        return modifier;
    }

    @Override
    public int planes() {
        return planes;
    }

    @Override
    public int fd(int plane) {
        return fd;
    }

    @Override
    public int offset(int plane) {
        return offset;
    }

    @Override
    public int stride(int plane) {
        return stride;
    }

    @Override
    public int chunkSize() {
        return chunkSize;
    }

    @Override
    public void close() {
        mapping.close();
        memory.close();
    }
}
