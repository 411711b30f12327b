package lumen.vulkan;

import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lumen.posix.CurrentProcess;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.APIUtil;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkApplicationInfo;
import org.lwjgl.vulkan.VkInstanceCreateInfo;
import org.lwjgl.vulkan.VkPhysicalDevice;

/**
 * A use of the process's Vulkan instance. It is made for its first user and lives as long as the process: with the last
 * instance NVIDIA's driver ends the EGL displays of the process, too ({@code EGL_NOT_INITIALIZED}, driver 580, measured).
 * Any thread.
 */
public final class VulkanInstance implements AutoCloseable {
    /** {@code VK_API_VERSION_1_1}: external memory and queries for it are part of it. */
    static final int VULKAN_1_1 = 1 << 22 | 1 << 12;
    static final int VULKAN_1_2 = 1 << 22 | 2 << 12;
    private static final String LIBRARY = "libvulkan.so.1";
    private static final String THREADED_OPTIMIZATIONS = "__GL_THREADED_OPTIMIZATIONS";
    private static final Path NVIDIA = Path.of("/dev/nvidiactl");
    private static final Object LOCK = new Object();
    private static boolean loaded;
    private static Shared shared;

    private final Shared instance;
    private boolean closed;

    private VulkanInstance(Shared instance) {
        this.instance = instance;
    }

    /** The instance itself, and its devices. */
    private static final class Shared {
        private final org.lwjgl.vulkan.VkInstance handle;
        private List<Gpu> gpus = List.of();

        private Shared(org.lwjgl.vulkan.VkInstance handle) {
            this.handle = handle;
        }
    }

    /**
     * @throws VulkanException if there is no Vulkan 1.1, or loading a driver would do harm; the message says what to do
     */
    public static VulkanInstance acquire() {
        synchronized (LOCK) {
            if (shared == null) {
                load();
                shared = create();
            }
            return new VulkanInstance(shared);
        }
    }

    private static void load() {
        // NVIDIA's GL turns them on by itself inside a JVM; they break CUDA's view of GL and crash the exit of the process.
        if (Files.exists(NVIDIA) && !CurrentProcess.environment(THREADED_OPTIMIZATIONS).equals(java.util.Optional.of("0"))) {
            throw new VulkanException("NVIDIA's driver must not be loaded without " + THREADED_OPTIMIZATIONS
                    + "=0 in the environment: start lumen by its launcher, or set it", VulkanResult.ERROR_INITIALIZATION_FAILED);
        }
        if (loaded) {
            return;
        }
        // Else a missing library is an error of some class's initialiser, once, and "no class" ever after.
        Configuration.VULKAN_EXPLICIT_INIT.set(true);
        try {
            // Given the name alone, LWJGL would ask for the library's path, within dl_iterate_phdr by dlopen: a deadlock with any
            // other thread that loads a library meanwhile.
            VK.create(APIUtil.apiCreateLibrary(Configuration.VULKAN_LIBRARY_NAME.get(LIBRARY)));
        } catch (UnsatisfiedLinkError e) {
            throw new VulkanException(LIBRARY + " can't be loaded: install libvulkan1 and a Vulkan driver", e);
        }
        loaded = true;
    }

    private static Shared create() {
        int supported = VK.getInstanceVersionSupported();
        if (supported < VULKAN_1_1) {
            throw new VulkanException("the Vulkan loader is of version 1.0; 1.1 is needed", VulkanResult.ERROR_INITIALIZATION_FAILED);
        }
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkApplicationInfo application = VkApplicationInfo.calloc(stack).sType$Default()
                    .pApplicationName(stack.UTF8("lumen")).apiVersion(Math.min(supported, VULKAN_1_2));
            VkInstanceCreateInfo info = VkInstanceCreateInfo.calloc(stack).sType$Default().pApplicationInfo(application);
            PointerBuffer handle = stack.mallocPointer(1);
            VulkanException.check("vkCreateInstance", VK10.vkCreateInstance(info, null, handle));
            Shared made = new Shared(new org.lwjgl.vulkan.VkInstance(handle.get(0), info));
            try {
                made.gpus = enumerate(made.handle);
            } catch (VulkanException e) {
                VK10.vkDestroyInstance(made.handle, null);
                throw e;
            }
            return made;
        }
    }

    private static List<Gpu> enumerate(org.lwjgl.vulkan.VkInstance instance) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer count = stack.mallocInt(1);
            VulkanException.check("vkEnumeratePhysicalDevices", VK10.vkEnumeratePhysicalDevices(instance, count, null));
            if (count.get(0) == 0) {
                return List.of();
            }
            PointerBuffer handles = stack.mallocPointer(count.get(0));
            VulkanException.check("vkEnumeratePhysicalDevices", VK10.vkEnumeratePhysicalDevices(instance, count, handles));
            List<Gpu> gpus = new ArrayList<>();
            for (int i = 0; i < count.get(0); i++) {
                VkPhysicalDevice device = new VkPhysicalDevice(handles.get(i), instance);
                if (Gpu.apiVersion(device) >= VULKAN_1_1) {
                    gpus.add(new Gpu(device));
                }
            }
            return List.copyOf(gpus);
        }
    }

    /** The devices with Vulkan 1.1, in the loader's order; valid until this is closed. */
    public List<Gpu> gpus() {
        synchronized (LOCK) {
            if (closed) {
                throw new IllegalStateException("the use of the Vulkan instance is over");
            }
            return instance.gpus;
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        synchronized (LOCK) {
            closed = true;
        }
    }
}
