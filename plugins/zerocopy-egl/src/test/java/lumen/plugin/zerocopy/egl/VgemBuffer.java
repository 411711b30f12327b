package lumen.plugin.zerocopy.egl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import lumen.posix.Fd;
import lumen.posix.Mapping;
import lumen.spi.BufferSlot;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;

/** A dumb buffer of vgem, whose driver lets anybody attach a fence to it: a GPU that is as slow as a test wants. */
final class VgemBuffer implements BufferSlot.Dmabuf, AutoCloseable {
    /** {@code drm.h}, {@code drm_mode.h}, {@code vgem_drm.h}. */
    private static final long CREATE_DUMB = 0xC020_64B2L;
    private static final long PRIME_HANDLE_TO_FD = 0xC00C_642DL;
    private static final long FENCE_ATTACH = 0xC010_6441L;
    private static final long FENCE_SIGNAL = 0x4008_6442L;
    private static final int FENCE_WRITE = 1;
    private static final int DRM_RDWR_CLOEXEC = 0x8_0002;
    private static final MethodHandle IOCTL = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("ioctl"), FunctionDescriptor.of(ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS), Linker.Option.firstVariadicArg(2));

    private final Arena arena = Arena.ofShared();
    private final Fd card;
    private final Fd fd;
    private final Mapping mapping;
    private final int width;
    private final int height;
    private final int handle;
    private final int pitch;

    VgemBuffer(int width, int height) {
        this.width = width;
        this.height = height;
        card = Fd.open(Path.of("/dev/dri/card0"));
        MemorySegment dumb = arena.allocate(32, 8);
        dumb.set(ValueLayout.JAVA_INT, 0, height);
        dumb.set(ValueLayout.JAVA_INT, 4, width);
        dumb.set(ValueLayout.JAVA_INT, 8, 32);
        ioctl(CREATE_DUMB, dumb);
        handle = dumb.get(ValueLayout.JAVA_INT, 16);
        pitch = dumb.get(ValueLayout.JAVA_INT, 20);
        MemorySegment prime = arena.allocate(12, 4);
        prime.set(ValueLayout.JAVA_INT, 0, handle);
        prime.set(ValueLayout.JAVA_INT, 4, DRM_RDWR_CLOEXEC);
        ioctl(PRIME_HANDLE_TO_FD, prime);
        fd = Fd.own(prime.get(ValueLayout.JAVA_INT, 8));
        mapping = Mapping.of(fd.value(), (long) pitch * height, true);
    }

    private void ioctl(long request, MemorySegment argument) {
        try {
            if ((int) IOCTL.invokeExact(card.value(), request, argument) < 0) {
                throw new IllegalStateException("ioctl 0x" + Long.toHexString(request));
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    void paint(int seed) {
        TrialPattern.paint(mapping.segment(), 0, pitch, width, height, seed);
    }

    /** Until {@link #endWrite}, or for ten seconds, the buffer has a writer. */
    int beginWrite() {
        MemorySegment attach = arena.allocate(16, 4);
        attach.set(ValueLayout.JAVA_INT, 0, handle);
        attach.set(ValueLayout.JAVA_INT, 4, FENCE_WRITE);
        ioctl(FENCE_ATTACH, attach);
        return attach.get(ValueLayout.JAVA_INT, 8);
    }

    void endWrite(int fence) {
        MemorySegment signal = arena.allocate(8, 4);
        signal.set(ValueLayout.JAVA_INT, 0, fence);
        ioctl(FENCE_SIGNAL, signal);
    }

    @Override
    public PixelFormat format() {
        return PixelFormat.XRGB8888;
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
        return 0;
    }

    @Override
    public int stride(int plane) {
        return pitch;
    }

    @Override
    public int chunkSize() {
        return 0;
    }

    @Override
    public void close() {
        mapping.close();
        fd.close();
        card.close();
        arena.close();
    }
}
