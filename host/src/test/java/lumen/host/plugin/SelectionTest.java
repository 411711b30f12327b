package lumen.host.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.host.config.Settings;
import lumen.spi.AudioFormat;
import lumen.spi.AudioSource;
import lumen.spi.AudioSourceProvider;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.HostContext;
import lumen.spi.ImportRequest;
import lumen.spi.Probe;
import lumen.spi.Provider;
import lumen.spi.SessionSink;
import lumen.spi.VirtualDisplay;
import lumen.spi.VirtualDisplayProvider;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private record Display(String id) implements VirtualDisplayProvider {
        @Override
        public Probe probe(HostContext host) {
            throw new AssertionError("the ledger holds the answer already");
        }

        @Override
        public boolean serves(String desktop) {
            return desktop.equals(Map.of("kwin", "KDE", "wlroots", "sway").get(id));
        }

        @Override
        public VirtualDisplay create(DisplayRequest request, HostContext host) {
            throw new AssertionError("selection creates nothing");
        }
    }

    private record Importer(String id, boolean zeroCopy) implements FrameImporterProvider {
        @Override
        public Probe probe(HostContext host) {
            throw new AssertionError("the ledger holds the answer already");
        }

        @Override
        public FrameImporter open(ImportRequest request) {
            throw new AssertionError("selection opens nothing");
        }
    }

    private record Sound(String id) implements AudioSourceProvider {
        @Override
        public Probe probe(HostContext host) {
            throw new AssertionError("the ledger holds the answer already");
        }

        @Override
        public boolean accepts(VirtualDisplay display) {
            return true;
        }

        @Override
        public AudioSource open(AudioFormat format, VirtualDisplay display, Optional<SessionSink> sink) {
            throw new AssertionError("selection opens nothing");
        }
    }

    private static Candidate usable(Kind kind, Provider provider, int rank) {
        return new Candidate(kind, provider.id(), "mods", Optional.of(provider), Probe.available(rank));
    }

    private static Selection selection(Map<String, String> settings, String desktop) {
        Ledger ledger = new Ledger(List.of(
                usable(Kind.DISPLAY, new Display("testcard"), 10),
                usable(Kind.DISPLAY, new Display("wlroots"), 60),
                usable(Kind.DISPLAY, new Display("kwin"), 50),
                usable(Kind.DISPLAY, new Display("portal"), 20),
                new Candidate(Kind.DISPLAY, "mutter", "mods", Optional.of(new Display("mutter")),
                        Probe.unavailable("no gnome-shell runs", "log in to GNOME")),
                usable(Kind.IMPORTER, new Importer("cpu-fallback", false), 0),
                usable(Kind.IMPORTER, new Importer("zerocopy-egl", true), 80),
                usable(Kind.AUDIO, new Sound("pipewire"), 50)), List.of());
        return new Selection(ledger, new Trials(List.of(), null), Settings.load(Path.of("/nonexistent"), false, Map.of(), new LinkedHashMap<>(settings)),
                Optional.ofNullable(desktop));
    }

    private static List<String> ids(List<? extends Provider> providers) {
        return providers.stream().map(Provider::id).toList();
    }

    @Test
    void shouldUseTheImportersThatWereChosen() {
        assertEquals(List.of("zerocopy-egl", "cpu-fallback"), ids(selection(Map.of(), null).importers()));
        assertEquals(List.of("cpu-fallback", "zerocopy-egl"),
                ids(selection(Map.of("video.importers", "cpu-fallback,zerocopy-egl"), null).importers()));
        assertEquals(List.of("zerocopy-egl"), ids(selection(Map.of("video.zerocopy", "require"), null).importers()));
        assertEquals(List.of("cpu-fallback"), ids(selection(Map.of("video.zerocopy", "off"), null).importers()));
        String message = assertThrows(SelectionException.class,
                () -> selection(Map.of("video.importers", "zerocopy-egl, magic"), null).importers()).getMessage();
        assertEquals("there is no importer backend called magic; there are: zerocopy-egl, cpu-fallback", message);
        assertThrows(SelectionException.class,
                () -> selection(Map.of("video.importers", "cpu-fallback", "video.zerocopy", "require"), null).importers());
    }

    @Test
    void shouldMakeSinksAsTheSettingsSay() {
        assertEquals(List.of("pipewire"), ids(selection(Map.of(), null).sinkMakers(true)));
        assertEquals(List.of(), ids(selection(Map.of(), null).sinkMakers(false)));
        assertEquals(List.of("pipewire"), ids(selection(Map.of("audio.source", "session"), null).sinkMakers(false)));
        assertEquals(List.of(), ids(selection(Map.of("audio.source", "monitor"), null).sinkMakers(true)));
        assertEquals(List.of(), ids(selection(Map.of("audio.source", "none"), null).sinkMakers(true)));
    }

    @Test
    void shouldOrderByRankWhenNothingElseIsKnown() {
        assertEquals(List.of("wlroots", "kwin", "portal", "testcard"), ids(selection(Map.of(), null).displays()));
    }

    @Test
    void shouldPreferTheRunningDesktop() {
        assertEquals(List.of("kwin", "wlroots", "portal", "testcard"), ids(selection(Map.of(), "X-Distribution:KDE").displays()));
        assertEquals(List.of("wlroots", "kwin", "portal", "testcard"), ids(selection(Map.of(), "KDEish").displays()));
    }

    @Test
    void shouldFollowTheSettings() {
        assertEquals(List.of("testcard"), ids(selection(Map.of("display.source", "testcard"), null).displays()));
        assertEquals(List.of("kwin"), ids(selection(Map.of("display.compositor", "kwin"), null).displays()));
        assertEquals(List.of("wlroots", "kwin", "portal"), ids(selection(Map.of("display.source", "virtual"), null).displays()));
        assertEquals(List.of("portal"), ids(selection(Map.of("display.source", "portal"), "KDE").displays()));
    }

    @Test
    void shouldSayWhyAWantedDisplayCannotBeHad() {
        String message = assertThrows(SelectionException.class,
                () -> selection(Map.of("display.compositor", "mutter"), null).displays()).getMessage();
        assertEquals("the display backend mutter can't be used: no gnome-shell runs; log in to GNOME", message);
        assertTrue(assertThrows(SelectionException.class,
                () -> selection(Map.of("display.compositor", "weston"), null).displays()).getMessage()
                .contains("there is no display backend called weston; there are: wlroots, kwin, portal, testcard, mutter"));
    }

    @Test
    void shouldObeyTheZeroCopySetting() {
        assertEquals(List.of("zerocopy-egl", "cpu-fallback"), ids(selection(Map.of(), null).importers()));
        assertEquals(List.of("cpu-fallback"), ids(selection(Map.of("video.zerocopy", "off"), null).importers()));
        assertEquals(List.of("zerocopy-egl"), ids(selection(Map.of("video.zerocopy", "require"), null).importers()));
    }

    @Test
    void shouldAcceptPluginsOfTheSameMinorVersionOnlyWhileTheSpiIsYoung() {
        assertTrue(PluginLayers.compatible("0.1.0", "0.1.9"));
        assertFalse(PluginLayers.compatible("0.2.0", "0.1.9"));
        assertTrue(PluginLayers.compatible("1.2", "1.3.0"));
        assertFalse(PluginLayers.compatible("1.4", "1.3.0"));
        assertFalse(PluginLayers.compatible("2.0", "1.3.0"));
        assertFalse(PluginLayers.compatible("x", "1.3.0"));
    }
}
