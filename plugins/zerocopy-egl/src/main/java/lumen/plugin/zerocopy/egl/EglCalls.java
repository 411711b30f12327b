package lumen.plugin.zerocopy.egl;

import java.nio.IntBuffer;
import java.util.Optional;
import org.lwjgl.PointerBuffer;
import org.lwjgl.egl.EGL;
import org.lwjgl.egl.EGL10;
import org.lwjgl.system.JNI;
import org.lwjgl.system.MemoryUtil;

/**
 * Calls of EGL that LWJGL doesn't have, or whose methods there throw NullPointerException for arguments that EGL wants to
 * be null.
 */
final class EglCalls {
    private EglCalls() {
    }

    /** {@code eglGetPlatformDisplay}; the native display may be {@code EGL_DEFAULT_DISPLAY}. */
    static long getPlatformDisplay(int platform, long nativeDisplay) {
        return JNI.callPPP(platform, nativeDisplay, MemoryUtil.NULL, EGL.getCapabilities().eglGetPlatformDisplay);
    }

    /** {@code eglCreateContext} that shares with none; the config may be {@code EGL_NO_CONFIG_KHR}. */
    static long createContext(long display, long config, IntBuffer attributes) {
        return JNI.callPPPPP(display, config, EGL10.EGL_NO_CONTEXT, MemoryUtil.memAddress(attributes),
                EGL.getCapabilities().eglCreateContext);
    }

    /** {@code eglCreateImage} of something that neither a context nor a client buffer stands for. */
    static long createImage(long display, int target, PointerBuffer attributes) {
        return JNI.callPPPPP(display, EGL10.EGL_NO_CONTEXT, target, MemoryUtil.NULL, MemoryUtil.memAddress(attributes),
                EGL.getCapabilities().eglCreateImage);
    }

    /** {@code eglGetDisplayDriverName} of {@code EGL_MESA_query_driver}. */
    static Optional<String> displayDriverName(long display) {
        long function = EGL.getFunctionProvider().getFunctionAddress("eglGetDisplayDriverName");
        return function == MemoryUtil.NULL ? Optional.empty()
                : Optional.ofNullable(MemoryUtil.memUTF8Safe(JNI.callPP(display, function)));
    }
}
