package lumen.plugin.kwin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.Probe;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no KWin. */
class KwinTest {
    @TempDir
    private Path folder;

    @Test
    void keysymsAreThoseOfKeysymdef() {
        assertEquals('A', Keysym.of('A'));
        assertEquals(0xe9, Keysym.of('é'));
        assertEquals(0x0100_20ac, Keysym.of('€'));
        assertEquals(0x0101_f600, Keysym.of(0x1f600));
        assertEquals(0xff0d, Keysym.of('\n'));
        for (int codePoint : new int[] {-1, 0, 1, 0x85, 0xd800, 0xdfff, 0x11_0000}) {
            assertEquals(Keysym.NONE, Keysym.of(codePoint), Integer.toHexString(codePoint));
        }
    }

    @Test
    void aClientsOutputIsAlwaysNamedTheSame() {
        assertEquals("lumen-1f47", OutputName.of("1f47", Set.of("DP-1")));
        assertEquals("lumen-1f47-3", OutputName.of("1f47", Set.of("Virtual-lumen-1f47", "lumen-1f47-2")));
        assertEquals("lumen-a_b_", OutputName.of("a/b\"", Set.of()));
        assertTrue(OutputName.matches("Virtual-lumen-1f47", "lumen-1f47"));
        assertFalse(OutputName.matches("Virtual-lumen-1f47-2", "lumen-1f47"));
        assertTrue(OutputName.ours("Virtual-lumen-1f47"));
        assertFalse(OutputName.ours("Virtual-1"));
    }

    @Test
    void versionAndBackendAreFoundInTheSupportInformation() {
        String text = "KWin Support Information:\n\nVersion\n=======\nKWin version: 6.%s\nQt Version: 6.11.2\n\n"
                + "LogicalOutput backend\n==============\nName: %s\n\nCursor\n";
        assertEquals(new KwinInformation("6.7.4", true), KwinInformation.parse(text.formatted("7.4", "KWin::VirtualBackend")));
        assertEquals(Optional.empty(), KwinInformation.parse(text.formatted("7.4", "KWin::VirtualBackend")).problem());
        assertTrue(KwinInformation.parse(text.formatted("3.6", "KWin::VirtualBackend")).problem().orElseThrow().contains("6.5.6"));
        assertTrue(KwinInformation.parse(text.formatted("5.5", "KWin::VirtualBackend")).problem().isPresent());
        assertTrue(KwinInformation.parse(text.formatted("5.6", "KWin::VirtualBackend")).problem().isEmpty());
        assertEquals(new KwinInformation("6.3.6", false), KwinInformation.parse(text.formatted("3.6", "DRM")));
        assertEquals(Optional.empty(), KwinInformation.parse(text.formatted("3.6", "DRM")).problem());
        assertEquals(new KwinInformation("", false), KwinInformation.parse("nonsense"));
    }

    @Property
    void anySupportInformationIsTaken(@ForAll String text) {
        assertEquals(Optional.empty(), KwinInformation.parse(text + "\nKWin version: 9999.9999.9999\n").problem());
    }

    @Test
    void kwinsWordsComeWithARemedy() {
        assertEquals("KWin refuses to stream (Could not find output): this KWin makes no virtual outputs; without a display "
                + "(--virtual) it takes KWin 6.5.6 or newer", Refusal.explain("Could not find output"));
        assertTrue(Refusal.explain("OpenGL compositing is required for screencasting").contains("render node"));
        assertEquals("KWin refuses to stream (Nein)", Refusal.explain("Nein"));
    }

    @Test
    void modesAreComparedAsTheyLook() {
        assertTrue(ModeFitting.fits(new DisplayMode(1600, 900, 119_837), DisplayMode.of(1600, 900, 120)));
        assertTrue(ModeFitting.fits(new DisplayMode(1600, 900, 29_839), DisplayMode.of(1600, 900, 30)));
        assertFalse(ModeFitting.fits(DisplayMode.of(1600, 900, 60), DisplayMode.of(1600, 900, 61)));
        assertFalse(ModeFitting.fits(DisplayMode.of(1592, 900, 60), DisplayMode.of(1600, 900, 60)));
        assertEquals(DisplayMode.of(16, 16_384, 500), ModeLimits.nearest(DisplayMode.of(1, 99_999, 500)));
        assertThrows(BackendException.class, () -> ModeLimits.check(DisplayMode.of(15, 16, 60)));
    }

    @Property
    void whatWasBeforeSurvivesTheJournal(@ForAll String noise) {
        Arrangement.Before before = new Arrangement.Before(List.of("DP-1", "eDP-1"), List.of("eDP-1", "HDMI-A-1"));
        assertEquals(before, Arrangement.Before.parse(before.text()));
        assertEquals(new Arrangement.Before(List.of(), List.of()), Arrangement.Before.parse(new Arrangement.Before(List.of(), List.of()).text()));
        Arrangement.Before.parse(noise); // a journal that was tampered with
    }

    @Test
    void outputsGoOnWhenTheLastSessionLetsThemGo() {
        Path socket = folder.resolve("held");
        assertEquals(List.of("DP-1", "DP-2"), HeldOutputs.hold(socket, List.of("DP-1", "DP-2")));
        assertEquals(Set.of("DP-1", "DP-2"), Set.copyOf(HeldOutputs.hold(socket, List.of())));
        assertEquals(List.of(), HeldOutputs.release(socket, List.of("DP-1", "DP-2")));
        assertEquals(Set.of("DP-1", "DP-2"), Set.copyOf(HeldOutputs.all(socket)));
        assertEquals(List.of("DP-1", "DP-2"), HeldOutputs.release(socket, List.of("DP-1", "DP-2")));
        assertEquals(List.of(), HeldOutputs.all(socket));
    }

    @Test
    void onlyADesktopFileOfThisVeryProgramGrants() throws IOException {
        Path java = Files.writeString(folder.resolve("java"), "").toRealPath();
        Path link = Files.createSymbolicLink(folder.resolve("link"), java);
        Path applications = Files.createDirectories(folder.resolve("share/applications"));
        String grant = "[Desktop Entry]\nExec=%s\nX-KDE-Wayland-Interfaces=org_kde_kwin_fake_input,zkde_screencast_unstable_v1\n";
        Files.writeString(applications.resolve("arguments.desktop"), grant.formatted(java + " -jar x"));
        Files.writeString(applications.resolve("other.desktop"), grant.formatted("/usr/bin/true"));
        Files.writeString(applications.resolve("without.desktop"), "[Desktop Entry]\nExec=" + java + "\n");
        Files.writeString(applications.resolve("odd.desktop"), "Exec=\0\n");
        Map<String, String> variables = Map.of("XDG_DATA_HOME", folder.resolve("share").toString(), "XDG_DATA_DIRS", "/nowhere:relative");
        assertEquals(List.of(), Permission.granting(java, name -> Optional.ofNullable(variables.get(name))));
        Path right = Files.writeString(applications.resolve("right.desktop"), grant.formatted(link));
        assertEquals(List.of(right), Permission.granting(java, name -> Optional.ofNullable(variables.get(name))));
    }

    @Test
    void theWindowScriptNamesProgramsAndOutput() {
        String script = SessionWindows.script(List.of(12L, 34L), "Virtual-lumen-\"; evil(");
        assertTrue(script.contains("[12, 34]"), script);
        assertTrue(script.contains("=== \"Virtual-lumen-___evil_\""), script);
    }

    @Test
    void withoutASessionTheProbeSaysWhatIsMissing() {
        TestHost host = new TestHost(folder).refusing(TestHost.Service.PROCESSES);
        host.variables.remove("WAYLAND_DISPLAY");
        assertTrue(assertInstanceOf(Probe.Unavailable.class, new KwinProvider().probe(host)).reason().contains("WAYLAND_DISPLAY"));
        host.variables.put("WAYLAND_DISPLAY", folder.resolve("nobody").toString());
        host.variables.put("XDG_RUNTIME_DIR", folder.toString());
        assertEquals("no compositor runs at " + folder.resolve("nobody"),
                assertInstanceOf(Probe.Unavailable.class, new KwinProvider().probe(host)).reason());
        host.variables.put("WAYLAND_DISPLAY", "x");
        host.variables.remove("XDG_RUNTIME_DIR");
        assertTrue(assertInstanceOf(Probe.Unavailable.class, new KwinProvider().probe(host)).reason().contains("XDG_RUNTIME_DIR"));
        assertTrue(new KwinProvider().serves("KDE"));
        assertFalse(new KwinProvider().serves("GNOME"));
    }

    @Test
    void anUndoForAKwinThatHasEndedIsPutOff() {
        TestHost host = new TestHost(folder).refusing(TestHost.Service.PROCESSES);
        new KwinProvider().undo(Map.of("socket", folder.resolve("gone").toString(), "since", "12", "client", "ab", "before", "DP-1\nDP-1"),
                host);
        assertEquals(Map.of("kwin/ab/restore", "DP-1\nDP-1"), host.noted);
        new KwinProvider().undo(Map.of(), host); // nothing known: nothing done
    }
}
