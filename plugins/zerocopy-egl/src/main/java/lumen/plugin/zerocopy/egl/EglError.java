package lumen.plugin.zerocopy.egl;

import static org.lwjgl.opengl.GL11C.glGetError;

import lumen.spi.BackendException;
import org.lwjgl.egl.EGL10;
import org.lwjgl.opengl.GL;
import org.lwjgl.opengl.GL11C;
import org.lwjgl.opengl.KHRRobustness;

/** Names of what EGL and OpenGL answer when a call fails ({@code egl.h}, {@code glcorearb.h}). */
final class EglError {
    private static final String[] EGL_NAMES = {"EGL_SUCCESS", "EGL_NOT_INITIALIZED", "EGL_BAD_ACCESS", "EGL_BAD_ALLOC",
        "EGL_BAD_ATTRIBUTE", "EGL_BAD_CONFIG", "EGL_BAD_CONTEXT", "EGL_BAD_CURRENT_SURFACE", "EGL_BAD_DISPLAY", "EGL_BAD_MATCH",
        "EGL_BAD_NATIVE_PIXMAP", "EGL_BAD_NATIVE_WINDOW", "EGL_BAD_PARAMETER", "EGL_BAD_SURFACE", "EGL_CONTEXT_LOST"};
    private static final String[] GL_NAMES = {"GL_INVALID_ENUM", "GL_INVALID_VALUE", "GL_INVALID_OPERATION", "GL_STACK_OVERFLOW",
        "GL_STACK_UNDERFLOW", "GL_OUT_OF_MEMORY", "GL_INVALID_FRAMEBUFFER_OPERATION", "GL_CONTEXT_LOST"};

    private EglError() {
    }

    /** A failure of the EGL call that this thread made last. */
    static BackendException egl(String call) {
        return new BackendException(call + ": " + eglName(EGL10.eglGetError()));
    }

    static String eglName(int error) {
        int index = error - EGL10.EGL_SUCCESS;
        return index >= 0 && index < EGL_NAMES.length ? EGL_NAMES[index] : "EGL error 0x" + Integer.toHexString(error);
    }

    static String glName(int error) {
        int index = error - GL11C.GL_INVALID_ENUM;
        return index >= 0 && index < GL_NAMES.length ? GL_NAMES[index] : "OpenGL error 0x" + Integer.toHexString(error);
    }

    /** @throws BackendException if a call since the last check failed; {@code step} says what was being done */
    static void check(String step) {
        int error = glGetError();
        if (error != GL11C.GL_NO_ERROR) {
            throw new BackendException(step + ": " + glName(error) + lost());
        }
    }

    /** Words for an exception if the GPU was reset, else nothing. */
    static String lost() {
        if (!GL.getCapabilities().GL_KHR_robustness) {
            return "";
        }
        return switch (KHRRobustness.glGetGraphicsResetStatus()) {
            case GL11C.GL_NO_ERROR -> "";
            case KHRRobustness.GL_GUILTY_CONTEXT_RESET -> ", the device is lost (GL_GUILTY_CONTEXT_RESET)";
            case KHRRobustness.GL_INNOCENT_CONTEXT_RESET -> ", the device is lost (GL_INNOCENT_CONTEXT_RESET)";
            default -> ", the device is lost (GL_UNKNOWN_CONTEXT_RESET)";
        };
    }
}
