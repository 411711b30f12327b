package lumen.plugin.zerocopy.egl;

import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lumen.spi.BackendException;
import org.lwjgl.PointerBuffer;
import org.lwjgl.egl.EGL10;
import org.lwjgl.egl.EGL14;
import org.lwjgl.egl.EXTDeviceQuery;
import org.lwjgl.egl.EXTPlatformDevice;
import org.lwjgl.egl.KHRPlatformGBM;
import org.lwjgl.system.MemoryStack;

/**
 * An initialised EGL display that can import dmabufs. EGL gives one display to all who ask for the same device, and an
 * {@code eglTerminate} ends it for all of them: those stay initialised until the process ends. One on a GBM device is its
 * opener's alone. Any thread.
 */
final class EglDisplay implements AutoCloseable {
    /** How a display is opened. */
    enum Platform {
        /** {@code EGL_EXT_platform_device}. */
        DEVICE(EXTPlatformDevice.EGL_PLATFORM_DEVICE_EXT, "EGL_EXT_platform_device"),
        /** {@code EGL_KHR_platform_gbm}. */
        GBM(KHRPlatformGBM.EGL_PLATFORM_GBM_KHR, "EGL_KHR_platform_gbm"),
        /** {@code EGL_MESA_platform_surfaceless}: Mesa picks the device. */
        SURFACELESS(0x31DD, "EGL_MESA_platform_surfaceless");

        private final int number;
        private final String extension;

        Platform(int number, String extension) {
            this.number = number;
            this.extension = extension;
        }
    }

    private static final int EGL_DEVICE_EXT = 0x322C;
    private static final List<String> NEEDED = List.of("EGL_EXT_image_dma_buf_import", "EGL_EXT_image_dma_buf_import_modifiers",
            "EGL_KHR_surfaceless_context");
    /** Mesa's names of drivers that draw on the CPU, also behind a DRM node. */
    private static final Set<String> SOFTWARE_DRIVERS = Set.of("swrast", "kms_swrast");

    private final Platform platform;
    private final Optional<Gbm> gbm;
    private final Optional<EglDevice> device;
    private final Set<String> extensions;
    private final Optional<String> driver;
    private final String description;
    private long handle;

    private EglDisplay(Platform platform, Optional<Gbm> gbm, long handle, String version) {
        this.platform = platform;
        this.gbm = gbm;
        this.handle = handle;
        this.extensions = EglDevice.words(EGL10.eglQueryString(handle, EGL10.EGL_EXTENSIONS));
        this.device = deviceOf(handle);
        this.driver = extensions.contains("EGL_MESA_query_driver")
                ? EglCalls.displayDriverName(handle) : Optional.empty();
        this.description = "EGL " + version + " of " + EGL10.eglQueryString(handle, EGL10.EGL_VENDOR) + ", platform "
                + platform.name().toLowerCase(java.util.Locale.ROOT) + device.map(d -> ", " + d.text()).orElse("")
                + driver.map(d -> ", driver " + d).orElse("");
    }

    /** On a device. @throws BackendException if it can't be, naming the call or the extension that is missing */
    static EglDisplay on(EglDevice device) {
        return open(Platform.DEVICE, device.handle(), Optional.empty());
    }

    /** On a DRM node, through GBM. @throws BackendException as {@link #on} */
    static EglDisplay onNode(Path node) {
        Gbm gbm = Gbm.open(node);
        try {
            return open(Platform.GBM, gbm.device(), Optional.of(gbm));
        } catch (BackendException e) {
            gbm.close();
            throw e;
        }
    }

    /** Where Mesa likes. @throws BackendException as {@link #on} */
    static EglDisplay surfaceless() {
        return open(Platform.SURFACELESS, EGL14.EGL_DEFAULT_DISPLAY, Optional.empty());
    }

    private static EglDisplay open(Platform platform, long device, Optional<Gbm> gbm) {
        Set<String> client = EglDevice.clientExtensions();
        if (!client.contains(platform.extension) && !client.contains(platform.extension.replace("KHR", "MESA"))) {
            throw new BackendException("EGL has no " + platform.extension);
        }
        long handle = EglCalls.getPlatformDisplay(platform.number, device);
        if (handle == EGL10.EGL_NO_DISPLAY) {
            throw EglError.egl("eglGetPlatformDisplay");
        }
        EglDisplay display;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer major = stack.callocInt(1);
            IntBuffer minor = stack.callocInt(1);
            // Harmless for a display that is initialised.
            if (!EGL10.eglInitialize(handle, major, minor)) {
                throw EglError.egl("eglInitialize");
            }
            display = new EglDisplay(platform, gbm, handle, major.get(0) + "." + minor.get(0));
            if (major.get(0) == 1 && minor.get(0) < 5) {
                display.terminate();
                throw new BackendException(display.description + ": EGL 1.5 is needed");
            }
        }
        List<String> missing = new ArrayList<>(NEEDED);
        missing.removeAll(display.extensions);
        if (!missing.isEmpty()) {
            display.terminate();
            throw new BackendException(display.description + " has no " + String.join(", ", missing));
        }
        return display;
    }

    private static Optional<EglDevice> deviceOf(long display) {
        if (!EglDevice.clientExtensions().contains("EGL_EXT_device_query")
                && !EglDevice.clientExtensions().contains("EGL_EXT_device_base")) {
            return Optional.empty();
        }
        try (MemoryStack stack = MemoryStack.stackPush()) {
            PointerBuffer device = stack.callocPointer(1);
            return EXTDeviceQuery.eglQueryDisplayAttribEXT(display, EGL_DEVICE_EXT, device) && device.get(0) != 0
                    ? Optional.of(EglDevice.of(device.get(0))) : Optional.empty();
        }
    }

    /** {@code EGLDisplay}. */
    long handle() {
        if (handle == EGL10.EGL_NO_DISPLAY) {
            throw new IllegalStateException("the display is closed");
        }
        return handle;
    }

    Platform platform() {
        return platform;
    }

    boolean has(String extension) {
        return extensions.contains(extension);
    }

    /** True if the CPU does the work, as far as EGL tells. */
    boolean software() {
        return driver.filter(SOFTWARE_DRIVERS::contains).isPresent() || device.map(EglDevice::software).orElse(false);
    }

    /** Version, vendor, platform and device. */
    String description() {
        return description;
    }

    private void terminate() {
        if (platform == Platform.GBM) {
            EGL10.eglTerminate(handle);
        }
    }

    /** Contexts and images made of it are gone by now. */
    @Override
    public void close() {
        if (handle != EGL10.EGL_NO_DISPLAY) {
            terminate();
            handle = EGL10.EGL_NO_DISPLAY;
            gbm.ifPresent(Gbm::close);
        }
    }
}
