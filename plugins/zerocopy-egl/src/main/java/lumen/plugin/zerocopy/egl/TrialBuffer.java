package lumen.plugin.zerocopy.egl;

import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;

/** A LINEAR dmabuf of ordinary memory in a compositor's stead. */
final class TrialBuffer implements Sample {
    private final PixelFormat format;
    private final int width;
    private final int height;
    private final int stride;
    private final int offset;
    private final Fd fd;
    private final Mapping mapping;

    /**
     * @param memory makes a dmabuf of so many bytes
     * @throws lumen.posix.PosixException if it can't
     */
    TrialBuffer(PixelFormat format, int width, int height, int stride, int offset, LongFunction<Fd> memory) {
        this.format = format;
        this.width = width;
        this.height = height;
        this.stride = stride;
        this.offset = offset;
        long size = offset + (long) stride * height;
        fd = memory.apply(size);
        try {
            mapping = Mapping.of(fd.value(), size, true);
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /** Rows that all drivers take: they begin at multiples of 256 bytes. */
    static int alignedStride(int width) {
        return (width * 4 + 255) / 256 * 256;
    }

    /** From the first pixel on. */
    MemorySegment memory() {
        return mapping.segment().asSlice(offset);
    }

    @Override
    public void paint(int seed) {
        TrialPattern.paint(mapping.segment(), offset, stride, width, height, seed);
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
        return ImportOffer.LINEAR;
    }

    @Override
    public int planes() {
        return 1;
    }

    @Override
    public int fd(int plane) {
        return fd.value();
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
        return 0;
    }

    @Override
    public void close() {
        mapping.close();
        fd.close();
    }
}
