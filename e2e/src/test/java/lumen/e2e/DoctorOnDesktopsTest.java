package lumen.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code lumen doctor} says on each desktop: the running one can be used and comes first, the others have a reason. */
@Tag("rig")
@Timeout(120)
class DoctorOnDesktopsTest {
    @TempDir
    private Path folder;
    private Desktop desktop;

    @AfterEach
    void stop() throws Exception {
        if (desktop != null) {
            desktop.close();
        }
    }

    /** {@code --json}'s display backends by id. */
    private Map<String, Map<?, ?>> displays(Map<String, String> environment) throws Exception {
        Path out = folder.resolve("doctor.json");
        ProcessBuilder builder = new ProcessBuilder(Product.command("lumen.host", "doctor", "--json", "--config", "/dev/null",
                "--set", "runtime-directory=" + folder.resolve("run"), "--set", "plugins.probe-timeout-ms=20000"))
                .redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("LUMEN_RIG_"));
        builder.environment().putAll(environment);
        assertEquals(0, builder.start().waitFor(), () -> "doctor finds nothing that streams");
        Map<String, Map<?, ?>> displays = new HashMap<>();
        for (Object candidate : (List<?>) JSON.std.mapFrom(Files.readString(out)).get("candidates")) {
            Map<?, ?> entry = (Map<?, ?>) candidate;
            if (entry.get("kind").equals("display")) {
                displays.put((String) entry.get("id"), entry);
            }
        }
        return displays;
    }

    private static void assertUsable(Map<?, ?> candidate) {
        assertEquals(true, candidate.get("usable"), candidate::toString);
        assertFalse(((Map<?, ?>) candidate.get("evidence")).isEmpty(), candidate::toString);
    }

    private static void assertRefused(Map<?, ?> candidate, String reason) {
        assertEquals(false, candidate.get("usable"), candidate::toString);
        assertTrue(((String) candidate.get("reason")).contains(reason), candidate::toString);
        assertTrue(candidate.containsKey("remedy"), candidate::toString);
    }

    /** A desktop that runs goes before a compositor of lumen's own. */
    private static void assertFirst(Map<String, Map<?, ?>> displays, String id) {
        int rank = (Integer) displays.get(id).get("rank");
        displays.forEach((other, candidate) -> assertTrue(other.equals(id) || (Integer) candidate.get("rank") < rank, candidate::toString));
    }

    @Test
    void shouldFindKwin() throws Exception {
        desktop = Desktop.kwin(folder);
        Map<String, Map<?, ?>> displays = displays(desktop.environment());
        assertUsable(displays.get("kwin"));
        assertFirst(displays, "kwin");
        assertRefused(displays.get("mutter"), "GNOME does not run");
        assertUsable(displays.get("wlroots"));
    }

    @Test
    void shouldFindMutter() throws Exception {
        desktop = Desktop.mutter(folder);
        Map<String, Map<?, ?>> displays = displays(desktop.environment());
        assertUsable(displays.get("mutter"));
        assertFirst(displays, "mutter");
        assertEquals(false, displays.get("kwin").get("usable"));
    }

    @Test
    void shouldFindWhatNeedsNoDesktop() throws Exception {
        Map<String, Map<?, ?>> displays = displays(Desktop.gamescopeEnvironment());
        assertUsable(displays.get("wlroots"));
        assertUsable(displays.get("gamescope"));
        assertUsable(displays.get("testcard"));
        assertEquals(false, displays.get("kwin").get("usable"));
        assertRefused(displays.get("mutter"), "GNOME does not run");
    }
}
