package lumen.plugin.zerocopy.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import lumen.cuda.Cuda;
import lumen.cuda.CudaContext;
import lumen.cuda.CudaException;
import lumen.cuda.CudaStream;
import lumen.cuda.ExternalSemaphore;
import lumen.posix.Fd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.KHRExternalSemaphoreFd;
import org.lwjgl.vulkan.VK12;
import org.lwjgl.vulkan.VkApplicationInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkDeviceCreateInfo;
import org.lwjgl.vulkan.VkDeviceQueueCreateInfo;
import org.lwjgl.vulkan.VkExportSemaphoreCreateInfo;
import org.lwjgl.vulkan.VkInstance;
import org.lwjgl.vulkan.VkInstanceCreateInfo;
import org.lwjgl.vulkan.VkPhysicalDevice;
import org.lwjgl.vulkan.VkPhysicalDeviceVulkan12Features;
import org.lwjgl.vulkan.VkSemaphoreCreateInfo;
import org.lwjgl.vulkan.VkSemaphoreGetFdInfoKHR;
import org.lwjgl.vulkan.VkSemaphoreSignalInfo;
import org.lwjgl.vulkan.VkSemaphoreTypeCreateInfo;

/** Semaphores that Vulkan makes, in CUDA's streams. Nothing of ours shares them yet; whoever does needs no CPU to wait. */
@Tag("gpu")
class CudaSemaphoreTest {
    private static final long LIMIT = 5_000_000_000L;

    private VkInstance instance;
    private VkDevice device;
    private CudaContext context;

    @BeforeEach
    void open() {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkInstanceCreateInfo info = VkInstanceCreateInfo.calloc(stack).sType$Default()
                    .pApplicationInfo(VkApplicationInfo.calloc(stack).sType$Default().apiVersion(VK12.VK_API_VERSION_1_2));
            PointerBuffer out = stack.mallocPointer(1);
            assertEquals(0, VK12.vkCreateInstance(info, null, out));
            instance = new VkInstance(out.get(0), info);
            IntBuffer count = stack.ints(1);
            VK12.vkEnumeratePhysicalDevices(instance, count, out);
            VkPhysicalDevice gpu = new VkPhysicalDevice(out.get(0), instance);
            VkDeviceCreateInfo make = VkDeviceCreateInfo.calloc(stack).sType$Default()
                    .pNext(VkPhysicalDeviceVulkan12Features.calloc(stack).sType$Default().timelineSemaphore(true))
                    .pQueueCreateInfos(VkDeviceQueueCreateInfo.calloc(1, stack).sType$Default().pQueuePriorities(stack.floats(1)))
                    .ppEnabledExtensionNames(stack.pointers(stack.ASCII("VK_KHR_external_semaphore_fd")));
            assertEquals(0, VK12.vkCreateDevice(gpu, make, null, out));
            device = new VkDevice(out.get(0), gpu, make);
        }
        context = Cuda.load().devices().getFirst().retain();
        context.makeCurrent();
    }

    @AfterEach
    void close() {
        context.close();
        VK12.vkDestroyDevice(device, null);
        VK12.vkDestroyInstance(instance, null);
    }

    private long semaphore(boolean timeline) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            VkSemaphoreCreateInfo info = VkSemaphoreCreateInfo.calloc(stack).sType$Default().pNext(VkExportSemaphoreCreateInfo.calloc(stack)
                    .sType$Default().handleTypes(VK12.VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT));
            if (timeline) {
                info.pNext(VkSemaphoreTypeCreateInfo.calloc(stack).sType$Default().semaphoreType(VK12.VK_SEMAPHORE_TYPE_TIMELINE));
            }
            LongBuffer out = stack.mallocLong(1);
            assertEquals(0, VK12.vkCreateSemaphore(device, info, null, out));
            return out.get(0);
        }
    }

    private Fd export(long semaphore) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer fd = stack.mallocInt(1);
            assertEquals(0, KHRExternalSemaphoreFd.vkGetSemaphoreFdKHR(device, VkSemaphoreGetFdInfoKHR.calloc(stack).sType$Default()
                    .semaphore(semaphore).handleType(VK12.VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT), fd));
            return Fd.own(fd.get(0));
        }
    }

    @Test
    void aStreamWaitsForATimelineAndMovesItOn() {
        long vulkans = semaphore(true);
        try (ExternalSemaphore cudas = new ExternalSemaphore(export(vulkans)); CudaStream stream = new CudaStream();
             MemoryStack stack = MemoryStack.stackPush()) {
            LongBuffer value = stack.mallocLong(1);
            for (long i = 1; i < 100; i += 2) {
                cudas.waitFor(stream, i);
                cudas.signal(stream, i + 1);
                assertTrue(assertThrows(CudaException.class, () -> stream.await(1_000_000)).timedOut());
                assertEquals(0, VK12.vkSignalSemaphore(device, VkSemaphoreSignalInfo.calloc(stack).sType$Default().semaphore(vulkans).value(i)));
                stream.await(LIMIT);
                assertEquals(0, VK12.vkGetSemaphoreCounterValue(device, vulkans, value));
                assertEquals(i + 1, value.get(0));
            }
        }
        VK12.vkDestroySemaphore(device, vulkans, null);
    }

    @Test
    void aStreamWaitsForABinaryOneThatAnotherSignals() {
        long vulkans = semaphore(false);
        try (ExternalSemaphore cudas = new ExternalSemaphore(export(vulkans), ExternalSemaphore.Kind.BINARY); CudaStream one = new CudaStream();
             CudaStream two = new CudaStream()) {
            for (int i = 0; i < 50; i++) {
                cudas.signal(one, 0);
                cudas.waitFor(two, 0);
                two.await(LIMIT);
                one.await(LIMIT);
            }
        }
        VK12.vkDestroySemaphore(device, vulkans, null);
    }
}
