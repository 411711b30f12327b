package lumen.plugin.pipewire.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import lumen.pipewire.LibPipewire;
import lumen.spi.AudioFormat;
import lumen.spi.BackendException;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;
import lumen.spi.Probe;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipewireAudioProviderTest {
    @TempDir
    Path folder;

    private final PipewireAudioProvider provider = new PipewireAudioProvider();
    private final Map<String, String> variables = new HashMap<>();
    private final HostContext host = new HostContext() {
        @Override
        public Optional<String> variable(String name) {
            return Optional.ofNullable(variables.get(name));
        }

        @Override
        public Path runtimeDirectory() {
            return folder;
        }

        @Override
        public Journal journal() {
            return new RecordedJournal();
        }

        @Override
        public Notes notes() {
            throw new AssertionError("nothing is noted");
        }
    };

    @BeforeEach
    void needsTheLibrary() {
        assumeTrue(LibPipewire.problem().isEmpty(), () -> LibPipewire.problem().orElse(""));
        variables.put("XDG_RUNTIME_DIR", folder.toString());
    }

    @Test
    void namesThePackagesWithoutADaemon() {
        Probe.Unavailable probe = assertInstanceOf(Probe.Unavailable.class, provider.probe(host));
        assertEquals("no PipeWire daemon at " + folder.resolve("pipewire-0"), probe.reason());
        assertTrue(probe.remedy().orElse("").contains("packages pipewire and wireplumber"), probe.toString());
    }

    @Test
    void saysThatItIsSwitchedOff() {
        variables.put("LUMEN_AUDIO_SOURCE", "none");
        Probe.Unavailable probe = assertInstanceOf(Probe.Unavailable.class, provider.probe(host));
        assertEquals("audio.source = none", probe.reason());
    }

    @Test
    void saysThatThereIsNoRuntimeDirectory() {
        variables.clear();
        Probe.Unavailable probe = assertInstanceOf(Probe.Unavailable.class, provider.probe(host));
        assertTrue(probe.reason().contains("XDG_RUNTIME_DIR"), probe.reason());
    }

    @Test
    void makesNoSinkWhereTheMonitorIsWanted() {
        variables.put("LUMEN_AUDIO_SOURCE", "monitor");
        assertEquals(Optional.empty(), provider.createSink("s1", new AudioFormat(2), host));
    }

    @Test
    void refusesToUndoWithoutADaemon() {
        assumeTrue(System.getenv("PIPEWIRE_REMOTE") == null && System.getenv("XDG_RUNTIME_DIR") == null, "a daemon may run here");
        assertThrows(BackendException.class, () -> provider.undo(Map.of(), host));
    }
}
