package lumen.plugin.zerocopy.egl;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import lumen.posix.CurrentProcess;
import lumen.spi.BackendException;
import org.lwjgl.egl.EGL;
import org.lwjgl.opengl.GL;
import org.lwjgl.system.APIUtil;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.FunctionProvider;
import org.lwjgl.system.JNI;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.SharedLibrary;

/** Loads EGL and OpenGL, once a process, and not at all where that would do harm. */
final class GraphicsLibraries {
    /** The loader, GLVND's or Mesa's own. */
    private static final String EGL_LIBRARY = "libEGL.so.1";
    /** There while NVIDIA's kernel module is loaded. */
    private static final Path NVIDIA_MODULE = Path.of("/proc/driver/nvidia/version");
    private static final String THREADED_OPTIMIZATIONS = "__GL_THREADED_OPTIMIZATIONS";

    private static boolean loaded;

    private GraphicsLibraries() {
    }

    /** @throws BackendException saying what is missing */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        refuseThreadedOptimizations(Files.exists(NVIDIA_MODULE));
        find(EGL_LIBRARY);
        // Before the first touch of the classes EGL and GL, which otherwise look for libGL by themselves.
        Configuration.EGL_EXPLICIT_INIT.set(true);
        Configuration.OPENGL_EXPLICIT_INIT.set(true);
        try {
            // Given the name alone, LWJGL would ask for the library's path, within dl_iterate_phdr by dlopen: a deadlock with any
            // other thread that loads a library meanwhile.
            EGL.create(functions(APIUtil.apiCreateLibrary(EGL_LIBRARY)));
            GL.create(EGL.getFunctionProvider());
        } catch (LinkageError | RuntimeException e) {
            throw new BackendException("EGL can't be loaded: " + e.getMessage(), e);
        }
        loaded = true;
    }

    /** What EGL gives by name, GL's functions among them, and what else the library has. */
    private static FunctionProvider functions(SharedLibrary egl) {
        long byName = egl.getFunctionAddress("eglGetProcAddress");
        return name -> {
            long address = byName == MemoryUtil.NULL ? MemoryUtil.NULL : JNI.callPP(MemoryUtil.memAddress(name), byName);
            return address == MemoryUtil.NULL ? egl.getFunctionAddress(name) : address;
        };
    }

    /** LWJGL would say at length where else it looked. */
    static void find(String library) {
        try {
            SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new BackendException(library + " is not installed", e);
        }
    }

    /**
     * With them NVIDIA's driver does its work on a thread of its own: CUDA then finds no context on the caller's
     * (CUDA_ERROR_INVALID_GRAPHICS_CONTEXT), and the driver's library crashes when the JVM ends.
     */
    static void refuseThreadedOptimizations(boolean nvidia) {
        if (nvidia && !CurrentProcess.environment(THREADED_OPTIMIZATIONS).filter("0"::equals).isPresent()) {
            throw new BackendException("threaded optimizations of NVIDIA's OpenGL are not switched off ("
                    + THREADED_OPTIMIZATIONS + " must be 0)");
        }
    }
}
