package lumen.plugin.wlroots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import lumen.posix.ChildProcess;

/** A sway that plays the user's session: two outputs, one of them to the right of the other. */
final class UserSway implements AutoCloseable {
    private static final long LIMIT_NANOS = 10_000_000_000L;

    final ChildProcess process;
    final Path socket;
    final Path ipc;
    private final Path folder;

    UserSway(Path folder) throws IOException {
        this.folder = Files.createDirectory(folder.resolve("u"));
        ipc = this.folder.resolve("ipc");
        Path config = Files.writeString(this.folder.resolve("config"), """
                output HEADLESS-1 mode --custom 800x600@60Hz
                output HEADLESS-2 mode --custom 640x480@60Hz
                swaybg_command -
                default_border none
                """);
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(Map.of("XDG_RUNTIME_DIR", this.folder.toString(), "SWAYSOCK", ipc.toString(), "WLR_BACKENDS", "headless",
                "WLR_RENDERER", "pixman", "WLR_LIBINPUT_NO_DEVICES", "1", "WLR_HEADLESS_OUTPUTS", "2"));
        environment.remove("WAYLAND_DISPLAY");
        process = ChildProcess.start("user-sway", List.of("sway", "-c", config.toString()), environment, this.folder, (p, t) -> { });
        Optional<Path> found = Optional.empty();
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (found.isEmpty() || !Files.exists(ipc) || outputs().size() < 2) {
            if (System.nanoTime() > deadline || !process.alive()) {
                process.close();
                throw new IOException("no sway: " + process.logTail());
            }
            LockSupport.parkNanos(5_000_000);
            try (Stream<Path> files = Files.list(this.folder)) {
                found = files.filter(f -> f.getFileName().toString().matches("wayland-\\d")).findFirst();
            }
        }
        socket = found.get();
    }

    /** Output names in order, switched-off ones in brackets. */
    List<String> outputs() {
        return states().stream().sorted(Comparator.comparing(SwayIpc.OutputState::name)).map(o -> o.active() ? o.name() : "(" + o.name() + ")").toList();
    }

    List<SwayIpc.OutputState> states() {
        try (SwayIpc connection = SwayIpc.connect(ipc)) {
            return connection.outputs();
        } catch (RuntimeException e) {
            return List.of(); // not up yet, or gone
        }
    }

    SwayIpc.OutputState state(String name) {
        return states().stream().filter(o -> o.name().equals(name)).findFirst().orElseThrow();
    }

    void command(String command) {
        try (SwayIpc connection = SwayIpc.connect(ipc)) {
            connection.command(command);
        }
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
