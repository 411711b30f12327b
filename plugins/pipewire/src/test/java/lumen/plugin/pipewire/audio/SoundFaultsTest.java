package lumen.plugin.pipewire.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import lumen.pipewire.PipewireConnection;
import lumen.plugin.pipewire.Eventually;
import lumen.spi.AudioFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to sinks, session managers and daemons while sound is recorded. */
@Tag("rig")
class SoundFaultsTest {
    private static final AudioFormat STEREO = new AudioFormat(2);

    @TempDir
    Path folder;

    private OwnDaemon daemon;
    private Path file;

    @BeforeEach
    void start() {
        daemon = new OwnDaemon(folder);
        file = folder.resolve("tones.wav");
        Tones.write(file, 2, 60);
    }

    @AfterEach
    void end() {
        daemon.close();
    }

    private static void assertSilent(Listener listener) {
        listener.await("silence", level -> level == 0);
    }

    private void awaitConfigured(String sink) {
        Eventually.holds(sink + " is the configured default",
                () -> daemon.metadata("default.configured.audio.sink").equals("{\"name\":\"" + sink + "\"}"));
    }

    @Test
    void whatASessionPlaysIsUnheardOnTheHost() {
        daemon.sink("speakers");
        Eventually.holds("there are loudspeakers", () -> daemon.nodes().contains("speakers"));
        try (NullSink sink = new NullSink(daemon, "lumen-s1", STEREO, Optional.empty());
                PipewireSource session = new PipewireSource(daemon, STEREO, Optional.of(sink));
                PipewireSource host = new PipewireSource(daemon, STEREO, Optional.empty());
                Listener heard = new Listener(session, 2);
                Listener speakers = new Listener(host, 2)) {
            assertEquals(Map.of("PIPEWIRE_NODE", "lumen-s1", "PULSE_SINK", "lumen-s1"), sink.environment());
            Eventually.holds("the loudspeakers are the default", () -> daemon.metadata("default.audio.sink").contains("speakers"));
            Process program = daemon.play(file, sink.environment());
            heard.awaitSound();
            // The default sink's monitor does arrive: what plays there is heard.
            Process other = daemon.play(file, Map.of());
            speakers.awaitSound();
            Programs.kill(other);
            assertSilent(speakers);
            for (float sample : speakers.record(0.5)) {
                assertEquals(0, sample);
            }
            heard.awaitSound();
            Programs.kill(program);
            assertSilent(heard);
        }
        Eventually.holds("no node is left", () -> daemon.nodes().stream().noneMatch(n -> n.startsWith("lumen-")));
    }

    @Test
    void theSessionManagerMayGoAndComeBack() {
        try (NullSink sink = new NullSink(daemon, "lumen-s1", STEREO, Optional.empty());
                PipewireSource source = new PipewireSource(daemon, STEREO, Optional.of(sink));
                Listener listener = new Listener(source, 2)) {
            Process first = daemon.play(file, sink.environment());
            listener.awaitSound();
            daemon.killWireplumber();
            Programs.kill(first);
            assertSilent(listener);
            daemon.startWireplumber();
            // WirePlumber 0.4 makes nothing of a sink that it finds, so that it has to be made anew.
            Eventually.holds("it records", () -> sink.serial().isPresent() && source.state().endsWith("streaming"));
            daemon.play(file, sink.environment());
            listener.awaitSound();
        }
    }

    @Test
    void theDaemonMayGoAndComeBack() {
        try (NullSink sink = new NullSink(daemon, "lumen-s1", STEREO, Optional.empty());
                PipewireSource source = new PipewireSource(daemon, STEREO, Optional.of(sink));
                Listener listener = new Listener(source, 2)) {
            daemon.play(file, sink.environment());
            listener.awaitSound();
            daemon.killPipewire();
            daemon.killWireplumber();
            assertSilent(listener);
            daemon.startPipewire();
            daemon.startWireplumber();
            Eventually.holds("the sink is back", () -> sink.serial().isPresent());
            daemon.play(file, sink.environment());
            listener.awaitSound();
            assertEquals(2, source.counters().get("connections"));
        }
    }

    @Test
    void theDaemonMayComeLate() {
        daemon.killPipewire();
        daemon.killWireplumber();
        try (PipewireSource source = new PipewireSource(daemon, STEREO, Optional.empty()); Listener listener = new Listener(source, 2)) {
            for (float sample : listener.record(0.3)) {
                assertEquals(0, sample);
            }
            daemon.startPipewire();
            daemon.startWireplumber();
            daemon.sink("speakers");
            Eventually.holds("the default", () -> daemon.metadata("default.audio.sink").contains("speakers"));
            daemon.play(file, Map.of());
            listener.awaitSound();
        }
    }

    @Test
    void aSinkThatSomebodyRemovesIsMadeAgain() {
        try (NullSink sink = new NullSink(daemon, "lumen-s1", STEREO, Optional.empty());
                PipewireSource source = new PipewireSource(daemon, STEREO, Optional.of(sink));
                Listener listener = new Listener(source, 2)) {
            daemon.play(file, sink.environment());
            listener.awaitSound();
            long serial = sink.serial().orElseThrow();
            daemon.output("pw-cli", "destroy", Integer.toString(daemon.node("lumen-s1")));
            Eventually.holds("another sink", () -> sink.serial().isPresent() && sink.serial().getAsLong() != serial);
            Eventually.holds("another stream", () -> source.counters().get("streams") == 2);
            source.drain();
            // The program has the sink's name, and comes back to it by itself.
            listener.awaitSound();
        }
    }

    @Test
    void theDefaultSinkIsFollowed() {
        Process first = daemon.sink("first");
        Eventually.holds("the default", () -> daemon.metadata("default.audio.sink").contains("first"));
        try (PipewireSource source = new PipewireSource(daemon, STEREO, Optional.empty()); Listener listener = new Listener(source, 2)) {
            daemon.playTo(file, "first");
            listener.awaitSound();
            daemon.sink("second");
            Eventually.holds("a second sink", () -> daemon.nodes().contains("second"));
            daemon.output("pw-metadata", "0", "default.configured.audio.sink", "{\"name\":\"second\"}", "Spa:String:JSON");
            assertSilent(listener);
            Process program = daemon.playTo(file, "second");
            listener.awaitSound();
            Programs.kill(program);
            assertSilent(listener);
            daemon.output("pw-cli", "destroy", Integer.toString(daemon.node("second")));
            Programs.kill(first);
            daemon.sink("third");
            Eventually.holds("the default", () -> daemon.metadata("default.audio.sink").contains("third"));
            daemon.playTo(file, "third");
            listener.awaitSound();
        }
    }

    @Test
    void theDefaultSinkIsGivenBack() {
        daemon.sink("speakers");
        Eventually.holds("there are loudspeakers", () -> daemon.nodes().contains("speakers"));
        daemon.output("pw-metadata", "0", "default.configured.audio.sink", "{\"name\":\"speakers\"}", "Spa:String:JSON");
        RecordedJournal journal = new RecordedJournal();
        DefaultSink choice = new DefaultSink(journal);
        NullSink two;
        try (NullSink one = new NullSink(daemon, "lumen-s1", STEREO, Optional.of(choice))) {
            awaitConfigured(one.name());
            Eventually.holds("it is the default", () -> daemon.metadata("default.audio.sink").contains("lumen-s1"));
            two = new NullSink(daemon, "lumen-s2", STEREO, Optional.of(choice));
            awaitConfigured("lumen-s1");
            assertEquals(1, journal.open.size());
        }
        awaitConfigured("lumen-s2");
        assertEquals(1, journal.open.size());
        two.close();
        awaitConfigured("speakers");
        assertTrue(journal.open.isEmpty());
    }

    @Test
    void whatTheUserChoseMeanwhileStays() {
        daemon.sink("speakers");
        Eventually.holds("there are loudspeakers", () -> daemon.nodes().contains("speakers"));
        RecordedJournal journal = new RecordedJournal();
        NullSink sink = new NullSink(daemon, "lumen-s1", STEREO, Optional.of(new DefaultSink(journal)));
        daemon.output("pw-metadata", "0", "default.configured.audio.sink", "{\"name\":\"speakers\"}", "Spa:String:JSON");
        sink.close();
        awaitConfigured("speakers");
        assertTrue(journal.open.isEmpty());
    }

    @Test
    void theNextStartGivesBackWhatACrashLeft() {
        RecordedJournal journal = new RecordedJournal();
        daemon.output("pw-metadata", "0", "default.configured.audio.sink", "{\"name\":\"speakers\"}", "Spa:String:JSON");
        // The connection goes without a word, as in a crash.
        try (PipewireConnection connection = daemon.connect("lumen-test", Daemon.LIMIT)) {
            new DefaultSink(journal).claim(connection, "lumen-s1");
        }
        awaitConfigured("lumen-s1");
        DefaultSink.undo(daemon, journal.open.values().iterator().next());
        awaitConfigured("speakers");
        DefaultSink.undo(daemon, Map.of());
        awaitConfigured("speakers");
    }

    @Test
    void twoSinksOfOneNameDoNotMeet() {
        try (NullSink one = new NullSink(daemon, "lumen-s1", STEREO, Optional.empty());
                NullSink two = new NullSink(daemon, "lumen-s1", STEREO, Optional.empty())) {
            assertEquals("lumen-s1-2", two.name());
            assertFalse(one.serial().equals(two.serial()));
        }
    }

    @Test
    void sessionsDoNotMixWithoutAnyOtherSink() {
        try (NullSink one = new NullSink(daemon, "lumen-s1", STEREO, Optional.empty());
                PipewireSource first = new PipewireSource(daemon, STEREO, Optional.of(one));
                Listener heardFirst = new Listener(first, 2)) {
            Eventually.holds("it is the default", () -> daemon.metadata("default.audio.sink").contains("lumen-s1"));
            daemon.play(file, one.environment());
            heardFirst.awaitSound();
            try (NullSink two = new NullSink(daemon, "lumen-s2", STEREO, Optional.empty());
                    PipewireSource second = new PipewireSource(daemon, STEREO, Optional.of(two));
                    Listener heardSecond = new Listener(second, 2)) {
                Eventually.holds("it records", () -> second.counters().getOrDefault("buffers", 0L) > 0);
                for (float sample : heardSecond.record(1)) {
                    assertEquals(0, sample);
                }
                String chosen = daemon.metadata("default.audio.sink");
                assertTrue(chosen.contains("lumen-s1"), chosen);
                first.drain();
                heardFirst.awaitSound();
            }
        }
    }

    @Test
    void drainDropsWhatWasPlayedBefore() throws InterruptedException {
        try (NullSink sink = new NullSink(daemon, "lumen-s1", STEREO, Optional.empty());
                PipewireSource source = new PipewireSource(daemon, STEREO, Optional.of(sink))) {
            Process program = daemon.play(file, sink.environment());
            try (Listener listener = new Listener(source, 2)) {
                listener.awaitSound();
            }
            Programs.kill(program);
            // Sound in the graph's own buffers goes with the program's links.
            Eventually.holds("the program has gone", () -> !daemon.nodes().contains("pw-play"));
            long buffers = source.counters().get("buffers");
            Eventually.holds("silence is recorded", () -> source.counters().get("buffers") > buffers + 4);
            source.drain();
            try (Listener listener = new Listener(source, 2)) {
                for (float sample : listener.record(0.5)) {
                    assertEquals(0, sample);
                }
            }
        }
    }

    @Test
    void nothingIsLeftAfterManySessions() throws IOException {
        session();
        long threads = count("/proc/self/task");
        long fds = count("/proc/self/fd");
        for (int i = 0; i < 50; i++) {
            session();
        }
        Eventually.holds("threads end", () -> count("/proc/self/task") <= threads);
        assertTrue(count("/proc/self/fd") <= fds, "descriptors " + fds + " then " + count("/proc/self/fd"));
        Eventually.holds("no node is left", () -> daemon.nodes().stream().noneMatch(n -> n.startsWith("lumen-")));
    }

    private void session() {
        try (NullSink sink = new NullSink(daemon, "lumen-s1", STEREO, Optional.empty());
                PipewireSource source = new PipewireSource(daemon, STEREO, Optional.of(sink))) {
            Eventually.holds("it records", () -> source.state().endsWith("streaming"));
        }
    }

    private static long count(String folder) {
        try (Stream<Path> entries = Files.list(Path.of(folder))) {
            return entries.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void readingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (NullSink sink = new NullSink(daemon, "lumen-s1", STEREO, Optional.empty());
                PipewireSource source = new PipewireSource(daemon, STEREO, Optional.of(sink)); Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(Listener.SLOT * 8L, 16);
            Eventually.holds("it records", () -> source.counters().getOrDefault("buffers", 0L) > 100);
            for (int i = 0; i < 50_000; i++) {
                source.read(into, Listener.SLOT);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 50_000; i++) {
                source.read(into, Listener.SLOT);
            }
            assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before, 4096);
        }
    }
}
