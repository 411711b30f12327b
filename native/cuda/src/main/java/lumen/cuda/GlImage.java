package lumen.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A GL texture registered with CUDA: once, which is dear, and mapped for each frame. On the thread on which the texture's
 * GL context is current.
 */
public final class GlImage implements AutoCloseable {
    private static final int READ_ONLY = 1;

    private final Arena arena = Arena.ofShared();
    /** The resource, as an array of one. */
    private final MemorySegment resources = arena.allocate(8, 8);
    private final MemorySegment array = arena.allocate(8, 8);
    private boolean mapped;
    private boolean closed;

    private GlImage() {
    }

    /**
     * Registers an immutable texture for reading.
     *
     * @param texture GL's name
     * @param target  such as {@code GL_TEXTURE_2D}
     * @throws CudaException {@code CUDA_ERROR_INVALID_GRAPHICS_CONTEXT} where GL's threaded optimisations are on
     */
    public static GlImage register(int texture, int target) {
        GlImage image = new GlImage();
        try {
            LibCuda.check("cuGraphicsGLRegisterImage",
                    (int) LibCuda.GRAPHICS_GL_REGISTER_IMAGE.invokeExact(image.resources, texture, target, READ_ONLY));
            return image;
        } catch (Throwable t) {
            image.arena.close();
            throw LibCuda.rethrow(t);
        }
    }

    /**
     * Registers an EGLImage; works on some drivers only.
     *
     * @param eglImage {@code EGLImage}
     */
    public static GlImage registerEgl(long eglImage) {
        GlImage image = new GlImage();
        try {
            LibCuda.check("cuGraphicsEGLRegisterImage",
                    (int) LibCuda.GRAPHICS_EGL_REGISTER_IMAGE.invokeExact(image.resources, eglImage, READ_ONLY));
            return image;
        } catch (Throwable t) {
            image.arena.close();
            throw LibCuda.rethrow(t);
        }
    }

    /**
     * Lends the texture to CUDA until {@link #unmap}. GL's work queued before comes first.
     *
     * @return {@code CUarray} of its pixels
     */
    public long map(CudaStream stream) {
        try {
            LibCuda.check("cuGraphicsMapResources", (int) LibCuda.GRAPHICS_MAP_RESOURCES.invokeExact(1, resources, stream.handle()));
            mapped = true;
            LibCuda.check("cuGraphicsSubResourceGetMappedArray",
                    (int) LibCuda.GRAPHICS_GET_MAPPED_ARRAY.invokeExact(array, resources.get(JAVA_LONG, 0), 0, 0));
            return array.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** Gives it back to GL, which waits for what the stream was given so far. */
    public void unmap(CudaStream stream) {
        mapped = false;
        try {
            LibCuda.check("cuGraphicsUnmapResources", (int) LibCuda.GRAPHICS_UNMAP_RESOURCES.invokeExact(1, resources, stream.handle()));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        }
    }

    /** True between {@link #map} and {@link #unmap}. */
    public boolean mapped() {
        return mapped;
    }

    /** Before the texture is deleted; not while mapped. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            LibCuda.check("cuGraphicsUnregisterResource", (int) LibCuda.GRAPHICS_UNREGISTER.invokeExact(resources.get(JAVA_LONG, 0)));
        } catch (Throwable t) {
            throw LibCuda.rethrow(t);
        } finally {
            arena.close();
        }
    }
}
