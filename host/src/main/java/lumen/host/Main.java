package lumen.host;

import lumen.host.cli.LumenCommand;
import lumen.posix.CurrentProcess;

/** Entry point of {@code java -p mods -m lumen.host}. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        // Before any GL, EGL or Vulkan library is loaded: with NVIDIA's threaded optimisations CUDA can't register textures
        // (CUDA_ERROR_INVALID_GRAPHICS_CONTEXT) and the driver crashes at exit (driver 580, measured).
        CurrentProcess.setEnvironment("__GL_THREADED_OPTIMIZATIONS", "0");
        System.exit(LumenCommand.run(arguments));
    }
}
