package lumen.plugin.zerocopy.egl;

import static org.lwjgl.egl.EGL10.EGL_NONE;
import static org.lwjgl.egl.EGL10.EGL_NO_CONTEXT;
import static org.lwjgl.egl.EGL10.EGL_NO_SURFACE;

import java.nio.IntBuffer;
import java.util.UUID;
import lumen.spi.BackendException;
import org.lwjgl.PointerBuffer;
import org.lwjgl.egl.EGL;
import org.lwjgl.egl.EGL10;
import org.lwjgl.egl.EGL12;
import org.lwjgl.egl.EGL14;
import org.lwjgl.egl.EGL15;
import org.lwjgl.opengl.EXTMemoryObject;
import org.lwjgl.opengl.GL;
import org.lwjgl.opengl.GL11C;
import org.lwjgl.opengl.GLCapabilities;
import org.lwjgl.system.JNI;
import org.lwjgl.system.MemoryStack;

/**
 * A core context of desktop OpenGL without a surface. Confined to the thread that made it; several on one thread take
 * turns by {@link #makeCurrent()}.
 */
final class GlContext implements AutoCloseable {
    /** Immutable textures are 4.2, buffers mapped for good 4.4; whoever has 4.4 has fences. */
    private static final int MAJOR = 4;
    private static final int MINOR = 4;

    private final EglDisplay display;
    private final long handle;
    private final GLCapabilities capabilities;
    private final String renderer;
    private final int maxTextureSize;
    private final long imageTarget;

    /** @throws BackendException naming the call, or what the driver lacks; nothing is left then */
    GlContext(EglDisplay display) {
        this.display = display;
        EGL12.eglBindAPI(EGL14.EGL_OPENGL_API);
        long context = create(display.handle(), true);
        handle = context != EGL_NO_CONTEXT ? context : create(display.handle(), false);
        if (handle == EGL_NO_CONTEXT) {
            throw EglError.egl("eglCreateContext of OpenGL " + MAJOR + "." + MINOR);
        }
        try {
            if (!EGL10.eglMakeCurrent(display.handle(), EGL_NO_SURFACE, EGL_NO_SURFACE, handle)) {
                throw EglError.egl("eglMakeCurrent");
            }
            capabilities = GL.createCapabilities(true);
            if (!capabilities.OpenGL44) {
                throw new BackendException("OpenGL " + MAJOR + "." + MINOR + " is needed, the driver has "
                        + GL11C.glGetString(GL11C.GL_VERSION));
            }
            imageTarget = EGL.getFunctionProvider().getFunctionAddress("glEGLImageTargetTexture2DOES");
            if (imageTarget == 0) {
                throw new BackendException("OpenGL has no glEGLImageTargetTexture2DOES (GL_OES_EGL_image)");
            }
            renderer = GL11C.glGetString(GL11C.GL_RENDERER) + ", OpenGL " + GL11C.glGetString(GL11C.GL_VERSION);
            maxTextureSize = GL11C.glGetInteger(GL11C.GL_MAX_TEXTURE_SIZE);
        } catch (RuntimeException e) {
            destroy();
            throw e;
        }
    }

    private static long create(long display, boolean tellsResets) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer attributes = stack.mallocInt(16);
            attributes.put(EGL15.EGL_CONTEXT_MAJOR_VERSION).put(MAJOR).put(EGL15.EGL_CONTEXT_MINOR_VERSION).put(MINOR)
                    .put(EGL15.EGL_CONTEXT_OPENGL_PROFILE_MASK).put(EGL15.EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT);
            if (tellsResets) {
                attributes.put(EGL15.EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY).put(EGL15.EGL_LOSE_CONTEXT_ON_RESET);
            }
            attributes.put(EGL_NONE).flip();
            return EglCalls.createContext(display, config(display, stack), attributes);
        }
    }

    /** Any config for OpenGL, whatever its surfaces (GBM has none for pbuffers); 0 if there is none. */
    private static long config(long display, MemoryStack stack) {
        PointerBuffer config = stack.callocPointer(1);
        IntBuffer count = stack.callocInt(1);
        boolean ok = EGL10.eglChooseConfig(display, stack.ints(EGL10.EGL_SURFACE_TYPE, 0, EGL12.EGL_RENDERABLE_TYPE,
                EGL14.EGL_OPENGL_BIT, EGL_NONE), config, count);
        return ok && count.get(0) > 0 ? config.get(0) : 0;
    }

    /** Every call of OpenGL on this thread goes to this context from now on. */
    void makeCurrent() {
        if (EGL14.eglGetCurrentContext() != handle) {
            if (!EGL10.eglMakeCurrent(display.handle(), EGL_NO_SURFACE, EGL_NO_SURFACE, handle)) {
                throw EglError.egl("eglMakeCurrent");
            }
            GL.setCapabilities(capabilities);
        }
    }

    /** {@code glEGLImageTargetTexture2DOES} for the texture bound to {@code target}. */
    void imageTarget(int target, long image) {
        JNI.callPV(target, image, imageTarget);
    }

    EglDisplay display() {
        return display;
    }

    GLCapabilities capabilities() {
        return capabilities;
    }

    /** {@code GL_RENDERER} and {@code GL_VERSION}. */
    String renderer() {
        return renderer;
    }

    /** True if the CPU draws. */
    boolean software() {
        return display.software() || renderer.contains("llvmpipe") || renderer.contains("softpipe");
    }

    int maxTextureSize() {
        return maxTextureSize;
    }

    /** The device's {@code GL_DEVICE_UUID_EXT}, which CUDA and Vulkan share; zeros if the driver doesn't tell. */
    UUID device() {
        if (!capabilities.GL_EXT_memory_object) {
            return new UUID(0, 0);
        }
        try (MemoryStack stack = MemoryStack.stackPush()) {
            java.nio.ByteBuffer uuid = stack.calloc(EXTMemoryObject.GL_UUID_SIZE_EXT);
            EXTMemoryObject.glGetUnsignedBytei_vEXT(EXTMemoryObject.GL_DEVICE_UUID_EXT, 0, uuid);
            return new UUID(uuid.order(java.nio.ByteOrder.BIG_ENDIAN).getLong(0), uuid.getLong(8));
        }
    }

    private void destroy() {
        GL.setCapabilities(null);
        EGL10.eglMakeCurrent(display.handle(), EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
        EGL10.eglDestroyContext(display.handle(), handle);
        // What EGL keeps for this thread, which may end now.
        EGL12.eglReleaseThread();
    }

    /** On its own thread, while its display is open. */
    @Override
    public void close() {
        destroy();
    }
}
