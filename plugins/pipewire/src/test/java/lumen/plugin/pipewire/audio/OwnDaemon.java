package lumen.plugin.pipewire.audio;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireException;
import lumen.plugin.pipewire.Eventually;
import lumen.posix.Fd;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;

/** A PipeWire and a WirePlumber of the test's own, to be killed and started again. */
final class OwnDaemon implements Daemon, AutoCloseable {
    private final Path folder;
    private final Map<String, String> environment;
    private final Programs programs = new Programs();
    private Process pipewire;
    private Process wireplumber;

    OwnDaemon(Path folder) {
        this.folder = folder;
        environment = Map.of("XDG_RUNTIME_DIR", folder.toString(), "PIPEWIRE_RUNTIME_DIR", folder.toString(),
                "XDG_STATE_HOME", folder.resolve("state").toString());
        startPipewire();
        startWireplumber();
    }

    void startPipewire() {
        pipewire = programs.start(environment, "pipewire");
        Eventually.holds("the daemon answers", () -> {
            try (PipewireConnection connection = connect("lumen-test", LIMIT)) {
                return true;
            } catch (PipewireException | PosixException e) {
                return false;
            }
        });
    }

    void startWireplumber() {
        wireplumber = programs.start(environment, "wireplumber");
        Eventually.holds("the session manager answers", () -> {
            try (PipewireConnection connection = connect("lumen-test", LIMIT)) {
                return connection.globals().stream().anyMatch(DefaultSink::isMetadata);
            }
        });
    }

    void killPipewire() {
        Programs.kill(pipewire);
    }

    void killWireplumber() {
        Programs.kill(wireplumber);
    }

    @Override
    public PipewireConnection connect(String thread, Duration limit) {
        int fd;
        try (UnixSocket socket = UnixSocket.connect(folder.resolve("pipewire-0"))) {
            fd = Fd.duplicateOf(socket.fd()).value();
        } catch (PosixException e) {
            throw new PipewireException("no daemon", e);
        }
        return PipewireConnection.open(thread, fd, limit);
    }

    /** Plays a file again and again. */
    Process play(Path file, Map<String, String> where) {
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.putAll(where);
        return programs.play(file, all);
    }

    /** Plays a file to a sink, and nowhere else: a stream that plays to the default sink anyway would follow the default. */
    Process playTo(Path file, String sink) {
        return programs.start(environment, "pw-play", "-P", "{ node.dont-reconnect=true }", "--target", sink, file.toString());
    }

    /** Makes a sink as a user's device would be. */
    Process sink(String name) {
        return programs.start(environment, "pw-cli", "-m", "create-node", "adapter", "{ factory.name=support.null-audio-sink node.name="
                + name + " media.class=Audio/Sink object.linger=false audio.position=[FL FR] priority.session=1000 }");
    }

    /** What a program of PipeWire says. */
    String output(String... command) {
        List<String> line = new ArrayList<>(List.of("env"));
        environment.forEach((k, v) -> line.add(k + "=" + v));
        line.addAll(Arrays.asList(command));
        return Programs.output(line.toArray(String[]::new));
    }

    /** Names of all nodes. */
    List<String> nodes() {
        try (PipewireConnection connection = connect("lumen-test", LIMIT)) {
            return connection.globals().stream().filter(g -> g.type().equals(PipewireConnection.NODE))
                    .map(g -> g.properties().getOrDefault("node.name", "")).toList();
        }
    }

    /** Id of a node with that name. */
    int node(String name) {
        try (PipewireConnection connection = connect("lumen-test", LIMIT)) {
            return connection.globals().stream().filter(g -> name.equals(g.properties().get("node.name"))).findFirst().orElseThrow().id();
        }
    }

    /**
     * A value of the default metadata, such as {@code default.audio.sink}, which must have one: it is the session manager that
     * answers, and on a busy machine after the program has gone.
     */
    String metadata(String key) {
        AtomicReference<String> value = new AtomicReference<>();
        Eventually.holds(key + " has a value", () -> {
            value.set(metadataNow(key));
            return !value.get().isEmpty();
        });
        return value.get();
    }

    private String metadataNow(String key) {
        return Pattern.compile("key:'" + Pattern.quote(key) + "' value:'([^']*)'").matcher(output("pw-metadata", "0", key)).results()
                .map(r -> r.group(1)).findFirst().orElse("");
    }

    @Override
    public void close() {
        programs.close();
    }
}
