package lumen.plugin.zerocopy.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import lumen.posix.CurrentProcess;
import lumen.spi.BackendException;
import lumen.spi.FrameKind;
import lumen.spi.ImportSteps;
import lumen.spi.Probe;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A machine without Vulkan, whatever this one has: the loader's library can't be found. */
class NoVulkanTest {
    private final VulkanImporterProvider provider = new VulkanImporterProvider();

    @BeforeAll
    static void hideTheLoader() {
        System.setProperty("org.lwjgl.vulkan.libname", "/nowhere/libvulkan.so.1");
        CurrentProcess.setEnvironment("__GL_THREADED_OPTIMIZATIONS", "0");
    }

    @Test
    void isUnavailableWithAReasonAndARemedyTimeAndAgain() {
        for (int i = 0; i < 3; i++) {
            Probe.Unavailable probe = assertInstanceOf(Probe.Unavailable.class, provider.probe(new NoHost()));
            assertTrue(probe.reason().contains("libvulkan.so.1"), probe.reason());
            assertTrue(probe.remedy().orElseThrow().contains("install"), probe.remedy().get());
        }
    }

    @Test
    void canNotBeOpened() {
        BackendException e = assertThrows(BackendException.class, () -> provider.open(LavapipeTest.request(ImportSteps.NONE, 8)));
        assertTrue(e.getMessage().contains("libvulkan.so.1"), e.getMessage());
    }

    @Test
    void hasAFingerprintAndFailsItsTrial() {
        assertTrue(provider.fingerprint().contains("no Vulkan"));
        Verdict verdict = provider.verify(new Trial(new NoHost(), List.of(new Trial.Size(64, 64)), 0, 1));
        assertTrue(verdict.failure().isPresent());
    }

    @Test
    void framesAreOfTheFirstKindThatCanBeGiven() {
        assertEquals(Optional.of(FrameKind.SYSTEM_MEMORY),
                DeviceChoice.kind(List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY), Optional.empty()));
        assertEquals(Optional.empty(), DeviceChoice.kind(List.of(FrameKind.DMABUF, FrameKind.CUDA_MEMORY), Optional.empty()));
        assertTrue(provider.zeroCopy());
        assertEquals("zerocopy-vulkan", provider.id());
    }
}
