package lumen.plugin.zerocopy.vulkan;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import lumen.posix.Fd;

/** A buffer of the kernel's vgem driver, with fences to begin and end at will; {@code drm_mode.h}, {@code vgem_drm.h}. */
final class VgemBuffer implements AutoCloseable {
    private static final long CREATE_DUMB = 0xC020_64B2L;
    private static final long PRIME_HANDLE_TO_FD = 0xC00C_642DL;
    private static final long FENCE_ATTACH = 0xC010_6441L;
    private static final long FENCE_SIGNAL = 0x4008_6442L;
    private static final int FENCE_WRITE = 1;
    private static final int RDWR_CLOEXEC = 0x8_0002;
    private static final MethodHandle IOCTL = Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow("ioctl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), Linker.Option.firstVariadicArg(2));

    private final Arena arena = Arena.ofShared();
    private final Fd card;
    private final int handle;
    private final int stride;
    private final Fd dmabuf;
    private int fence;

    VgemBuffer(int width, int height) throws Exception {
        card = Fd.open(vgem());
        MemorySegment dumb = arena.allocate(32, 8);
        dumb.set(JAVA_INT, 0, height);
        dumb.set(JAVA_INT, 4, width);
        dumb.set(JAVA_INT, 8, 32);
        call("DRM_IOCTL_MODE_CREATE_DUMB", CREATE_DUMB, dumb);
        handle = dumb.get(JAVA_INT, 16);
        stride = dumb.get(JAVA_INT, 20);
        MemorySegment prime = arena.allocate(12, 4);
        prime.set(JAVA_INT, 0, handle);
        prime.set(JAVA_INT, 4, RDWR_CLOEXEC);
        call("DRM_IOCTL_PRIME_HANDLE_TO_FD", PRIME_HANDLE_TO_FD, prime);
        dmabuf = Fd.own(prime.get(JAVA_INT, 8));
    }

    private static Path vgem() throws Exception {
        try (var cards = Files.list(Path.of("/sys/class/drm"))) {
            return cards.filter(c -> c.getFileName().toString().matches("card\\d+")).filter(VgemBuffer::isVgem)
                    .map(c -> Path.of("/dev/dri").resolve(c.getFileName())).findFirst().orElseThrow();
        }
    }

    private static boolean isVgem(Path card) {
        try {
            return card.toRealPath().toString().contains("vgem");
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private int call(String name, long request, MemorySegment argument) {
        try {
            int result = (int) IOCTL.invokeExact(card.value(), request, argument.address());
            if (result < 0) {
                throw new AssertionError(name + " failed");
            }
            return result;
        } catch (AssertionError e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    int stride() {
        return stride;
    }

    /** The caller's, and this buffer's no more. */
    Fd dmabuf() {
        return dmabuf;
    }

    /** Somebody begins to write. */
    void beginWriting() {
        MemorySegment attach = arena.allocate(16, 4);
        attach.set(JAVA_INT, 0, handle);
        attach.set(JAVA_INT, 4, FENCE_WRITE);
        call("DRM_IOCTL_VGEM_FENCE_ATTACH", FENCE_ATTACH, attach);
        fence = attach.get(JAVA_INT, 8);
    }

    /** It is written. */
    void endWriting() {
        MemorySegment signal = arena.allocate(8, 4);
        signal.set(JAVA_INT, 0, fence);
        call("DRM_IOCTL_VGEM_FENCE_SIGNAL", FENCE_SIGNAL, signal);
    }

    @Override
    public void close() {
        card.close();
        arena.close();
    }
}
