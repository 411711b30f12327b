package lumen.host.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path folder;

    private Settings load(String text, Map<String, String> environment, Map<String, String> commandLine) throws IOException {
        Path file = folder.resolve("lumen.conf");
        Files.writeString(file, text);
        return Settings.load(file, true, environment, commandLine);
    }

    private String refused(String text) {
        return assertThrows(ConfigException.class, () -> load(text, Map.of(), Map.of())).getMessage();
    }

    @Test
    void shouldTakeDefaultsWhereNothingIsSaid() throws IOException {
        Settings settings = load("", Map.of(), Map.of());
        assertEquals(47989, settings.whole("network.base-port"));
        assertEquals("default", settings.value("network.base-port").source());
        assertEquals(List.of(new Settings.AppEntry("Desktop", List.of(), java.util.Optional.empty())), settings.apps());
    }

    @Test
    void shouldLetTheCommandLineWinOverTheEnvironmentAndThatOverTheFile() throws IOException {
        String file = "audio.gain = 2\nnetwork { base-port = 40000 }\ndisplay.source = testcard";
        Settings settings = load(file, Map.of("LUMEN_AUDIO_GAIN", "0.5", "LUMEN_BASE_PORT", "41000"),
                Map.of("network.base-port", "42000"));
        assertEquals(0.5, settings.decimal("audio.gain"));
        assertEquals("LUMEN_AUDIO_GAIN", settings.value("audio.gain").source());
        assertEquals(42000, settings.whole("network.base-port"));
        assertEquals("testcard", settings.text("display.source"));
        assertEquals("lumen.conf:3", settings.value("display.source").source());
    }

    @Test
    void shouldNameAnUnknownKeyWithItsLine() {
        assertEquals("unknown setting video.fec (lumen.conf:2)", refused("\nvideo.fec = 3"));
        assertEquals("unknown setting network.baseport (lumen.conf:1); did you mean network.base-port?",
                refused("network.baseport = 3"));
    }

    @Test
    void shouldNameABadValueWithWhatIsAllowed() {
        assertEquals("setting network.base-port = \"80\" (lumen.conf:1): allowed is a whole number from 1029 to 65514",
                refused("network.base-port = 80"));
        assertEquals("setting display.source = \"screen\" (lumen.conf:3): allowed is auto, virtual, portal, testcard",
                refused("\n\ndisplay { source = screen }"));
        assertTrue(refused("audio.gain = NaN").contains("allowed is a number from 0.0 to 16.0"));
        assertTrue(refused("network.mdns = [true]").contains("allowed is true, false"));
    }

    @Test
    void shouldRefuseAFileItCannotRead() {
        assertTrue(refused("network {").contains("config file can't be read"));
        assertThrows(ConfigException.class, () -> Settings.load(folder.resolve("none"), true, Map.of(), Map.of()));
        assertEquals("auto", Settings.load(folder.resolve("none"), false, Map.of(), Map.of()).text("display.source"));
    }

    @Test
    void shouldRefuseABadVariableAndWarnOfAnUnknownOne() throws IOException {
        assertEquals("setting video.zerocopy = \"maybe\" (LUMEN_ZEROCOPY): allowed is auto, off, require",
                assertThrows(ConfigException.class, () -> load("", Map.of("LUMEN_ZEROCOPY", "maybe"), Map.of())).getMessage());
        assertEquals(List.of("environment variable LUMEN_TYPO is not a setting of lumen; ignored"),
                load("", Map.of("LUMEN_TYPO", "1"), Map.of()).warnings());
    }

    @Test
    void shouldTakeTheOldWordsForZeroCopy() throws IOException {
        assertEquals("auto", load("", Map.of("LUMEN_ZEROCOPY", "1"), Map.of()).text("video.zerocopy"));
        assertEquals("off", load("", Map.of("LUMEN_ZEROCOPY", "0"), Map.of()).text("video.zerocopy"));
    }

    @Test
    void shouldReadAppsAndRefuseAnEmptyListOrAnUnknownKey() throws IOException {
        Settings settings = load("apps = [ {title=Steam, command=[steam, -bigpicture]}, {title=Desktop} ]", Map.of(), Map.of());
        assertEquals(List.of("steam", "-bigpicture"), settings.apps().getFirst().command());
        assertTrue(refused("apps = []").contains("apps is empty"));
        assertTrue(refused("apps = [{title=A, cmd=[x]}]").contains("unknown key cmd"));
        assertTrue(refused("apps = [{command=[x]}]").contains("title"));
    }
}
