package lumen.plugin.zerocopy.egl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The self-test, with Mesa's llvmpipe and lavapipe. */
@Tag("vm")
class EglTrialVmTest {
    private static final HostContext HOST = new NoHost();

    private final EglImporterProvider provider = new EglImporterProvider();

    @Test
    void softwareRanksBelowReadingWithTheCpuAndIsQuickToSaySo() {
        provider.probe(HOST);
        long before = System.nanoTime();
        Probe.Available probe = (Probe.Available) provider.probe(HOST);
        System.out.println("probe: " + (System.nanoTime() - before) / 1_000_000 + " ms, " + probe.evidence());
        assertEquals(4, probe.rank());
        assertTrue(provider.fingerprint().contains("llvmpipe"), provider.fingerprint());
        assertEquals(provider.fingerprint(), provider.fingerprint());
    }

    @Test
    void theSelfTestPassesAndLeavesNothing() {
        verify(0);
        Resources before = Resources.now();
        Verdict verdict = verify(0);
        assertEquals(before, Resources.now());
        verdict.checks().forEach(System.out::println);
        assertTrue(verdict.passed(), verdict.toString());
        assertTrue(passed(verdict, "LINEAR dmabuf of system memory into system memory, 640x360"), verdict.toString());
        assertTrue(passed(verdict, "LINEAR dmabuf of Vulkan into system memory, 641x361"), verdict.toString());
        assertTrue(verdict.checks().stream().allMatch(c -> c.timing().isEmpty()));
    }

    @Test
    @Timeout(300)
    void withFramesToTimeTheSelfTestTellsWhatTheyCost() {
        Verdict verdict = verify(5);
        verdict.checks().forEach(System.out::println);
        assertTrue(verdict.passed(), verdict.toString());
        Verdict.Check timed = verdict.checks().stream()
                .filter(c -> c.name().equals("LINEAR dmabuf of system memory into system memory, 640x360")).findFirst()
                .orElseThrow();
        assertEquals(5, timed.timing().orElseThrow().frames());
        assertTrue(timed.timing().orElseThrow().wall().medianNanos() > 0);
        assertTrue(passed(verdict, "bare copy by OpenGL, 640x360"), verdict.toString());
    }

    private static boolean passed(Verdict verdict, String name) {
        return verdict.checks().stream().anyMatch(c -> c.name().equals(name) && c.outcome() == Verdict.Outcome.PASSED);
    }

    private Verdict verify(int frames) {
        return provider.verify(new Trial(HOST, List.of(new Trial.Size(640, 360), new Trial.Size(641, 361)), frames, 20));
    }
}
