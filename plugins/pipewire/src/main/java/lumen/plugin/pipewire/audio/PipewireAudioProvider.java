package lumen.plugin.pipewire.audio;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.pipewire.DefaultDaemon;
import lumen.pipewire.LibPipewire;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireException;
import lumen.spi.AudioFormat;
import lumen.spi.AudioSource;
import lumen.spi.AudioSourceProvider;
import lumen.spi.BackendException;
import lumen.spi.Evidence;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.SessionSink;
import lumen.spi.VirtualDisplay;

/** Records sinks of the default PipeWire daemon, and makes sinks of its own there. */
public final class PipewireAudioProvider implements AudioSourceProvider {
    /** What names of all nodes begin with. */
    static final String PREFIX = "lumen-";
    private static final String ID = "pipewire";
    private static final int RANK = 50;
    private static final Duration PROBE_LIMIT = Duration.ofMillis(500);

    private Optional<DefaultSink> defaultSink = Optional.empty();

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Probe probe(HostContext host) {
        Optional<String> problem = LibPipewire.problem();
        if (problem.isPresent()) {
            return Probe.unavailable(problem.get(), "install the package libpipewire-0.3-0");
        }
        Evidence library = new Evidence("libpipewire", LibPipewire.version());
        if (source(host).equals("none")) {
            return Probe.unavailable("audio.source = none", library);
        }
        Optional<Path> socket = DefaultDaemon.socket(host::variable);
        if (socket.isEmpty()) {
            return Probe.unavailable("XDG_RUNTIME_DIR is not set, so no PipeWire daemon can be found", library);
        }
        if (!Files.exists(socket.get())) {
            return Probe.unavailable("no PipeWire daemon at " + socket.get(),
                    "install the packages pipewire and wireplumber, and start their user services", library);
        }
        try (PipewireConnection connection = PipewireConnection.open("lumen-probe", PROBE_LIMIT)) {
            return Probe.available(RANK, library, new Evidence("daemon", "at " + socket.get()),
                    new Evidence("session manager", manager(connection.globals())), new Evidence("audio.source", source(host)));
        } catch (PipewireException e) {
            return Probe.unavailable(e.getMessage(), "start the user services pipewire and wireplumber", library);
        }
    }

    private static String manager(List<PipewireConnection.Global> globals) {
        return globals.stream().anyMatch(DefaultSink::isMetadata) ? "answers"
                : "none, and nothing is linked without one; install the package wireplumber and start its user service";
    }

    private static String source(HostContext host) {
        return host.variable("LUMEN_AUDIO_SOURCE").filter(s -> !s.isBlank()).orElse("auto");
    }

    @Override
    public boolean accepts(VirtualDisplay display) {
        return true;
    }

    @Override
    public Optional<SessionSink> createSink(String session, AudioFormat format, HostContext host) {
        if (List.of("monitor", "none").contains(source(host))) {
            return Optional.empty();
        }
        String name = PREFIX + session.replaceAll("[^A-Za-z0-9_.-]", "_");
        try {
            return Optional.of(new NullSink(Daemon.DEFAULT, name, format, defaultSink(host)));
        } catch (PipewireException | UncheckedIOException e) {
            throw new BackendException("PipeWire: " + e.getMessage(), e);
        }
    }

    private synchronized Optional<DefaultSink> defaultSink(HostContext host) {
        if (defaultSink.isEmpty() && host.variable("LUMEN_AUDIO_DEFAULT_SINK").filter("session"::equals).isPresent()) {
            defaultSink = Optional.of(new DefaultSink(host.journal()));
        }
        return defaultSink;
    }

    @Override
    public AudioSource open(AudioFormat format, VirtualDisplay display, Optional<SessionSink> sink) {
        Optional<String> problem = LibPipewire.problem();
        if (problem.isPresent()) {
            throw new BackendException(problem.get());
        }
        return new PipewireSource(Daemon.DEFAULT, format, sink.map(NullSink.class::cast));
    }

    @Override
    public void undo(Map<String, String> details, HostContext host) {
        try {
            DefaultSink.undo(Daemon.DEFAULT, details);
        } catch (PipewireException e) {
            throw new BackendException("PipeWire: " + e.getMessage(), e);
        }
    }
}
