package lumen.plugin.zerocopy.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lumen.spi.Probe;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.vulkan.Gpu;
import lumen.vulkan.HandleType;
import lumen.vulkan.VulkanInstance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The self-test itself, where it has something to try: it must pass, and must have tried. */
class VerifyTest {
    private final VulkanImporterProvider provider = new VulkanImporterProvider();

    static void print(Verdict verdict) {
        for (Verdict.Check c : verdict.checks()) {
            System.out.println(c.outcome() + " " + c.name() + ": " + c.detail() + c.timing().map(t -> String.format(Locale.ROOT,
                    "%n    gpu %s  cpu %.4f (p99 %.4f)  wall %.4f (p99 %.4f) ms",
                    t.gpu().map(g -> String.format(Locale.ROOT, "%.4f (p99 %.4f)", g.medianNanos() / 1e6, g.p99Nanos() / 1e6)).orElse("-"),
                    t.cpu().medianNanos() / 1e6, t.cpu().p99Nanos() / 1e6, t.wall().medianNanos() / 1e6, t.wall().p99Nanos() / 1e6))
                    .orElse(""));
        }
    }

    @Test
    @Tag("vm")
    void allPathsOfLavapipePass() {
        Probe.Available probe = (Probe.Available) provider.probe(null);
        System.out.println(probe.evidence() + "\n" + provider.fingerprint());
        assertEquals(5, probe.rank(), "a CPU in disguise");
        Verdict verdict = provider.verify(new Trial(new NoHost(), List.of(new Trial.Size(1280, 720), new Trial.Size(641, 363)), 0, 60));
        print(verdict);
        assertTrue(verdict.passed());
        List<String> names = verdict.checks().stream().map(Verdict.Check::name).toList();
        assertTrue(names.contains("LINEAR dmabuf as buffer, into system memory"), names.toString());
        assertTrue(names.contains("LINEAR dmabuf as image, into system memory"), names.toString());
    }

    /** What tells a raw import's harm must not see any where there was none. */
    @Test
    @Tag("vm")
    void aHealthyVulkanIsFoundToBe() {
        try (VulkanInstance instance = VulkanInstance.acquire()) {
            Gpu lavapipe = instance.gpus().getFirst();
            for (HandleType handle : HandleType.values()) {
                assertTrue(lavapipe.buffers(handle).exportable(), handle.toString());
                for (int i = 0; i < 2; i++) {
                    assertEquals(Optional.empty(), Health.vulkan(lavapipe, handle).ailment(), handle.toString());
                }
            }
        }
    }
}
