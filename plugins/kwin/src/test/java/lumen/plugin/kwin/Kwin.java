package lumen.plugin.kwin;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lumen.wayland.KdeProtocol;
import lumen.wayland.Output;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/** A KWin without a screen that runs as the user's own would, with a home of its own. */
final class Kwin implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String SOCKET = "wayland-kwin-test";

    final Process process;
    final Path socket;
    final Path home;

    private Kwin(Process process, Path socket, Path home) {
        this.process = process;
        this.socket = socket;
        this.home = home;
    }

    /** @param checks false: everybody may do everything */
    static Kwin start(Path home, boolean checks, int outputs) throws IOException {
        List<String> command = new ArrayList<>(List.of("kwin_wayland", "--no-lockscreen", "--socket", SOCKET));
        Map<String, String> environment = new HashMap<>(Map.of("KWIN_COMPOSE", "O2", "KWIN_DISABLE_VULKAN", "1", "HOME", home.toString(),
                "XDG_CURRENT_DESKTOP", "KDE", "KWIN_WAYLAND_NO_PERMISSION_CHECKS", checks ? "0" : "1"));
        Optional<String> shim = Optional.ofNullable(System.getenv("LUMEN_RIG_DRM_SHIM"));
        if (shim.isPresent()) {
            environment.put("LD_PRELOAD", shim.get());
            environment.put("KWIN_RENDER_NODES", "/dev/dri/renderD128");
            command.addAll(List.of("--virtual", "--width", "1280", "--height", "720", "--output-count", Integer.toString(outputs)));
        } else {
            environment.put("KWIN_DRM_DEVICES", displayCard());
            command.add("--drm");
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(home.resolve("kwin.log").toFile());
        builder.environment().putAll(environment);
        Path socket = Path.of(System.getenv("XDG_RUNTIME_DIR")).resolve(SOCKET);
        Files.deleteIfExists(socket);
        Kwin kwin = new Kwin(builder.start(), socket, home);
        // The screencast plug-in comes after the socket; without permission something else of KWin's must do.
        eventually(() -> kwin.offers(checks ? "kde_output_order_v1" : KdeProtocol.SCREENCAST.name()), () -> "KWin does not start: " + kwin.log());
        return kwin;
    }

    private static String displayCard() throws IOException {
        try (Stream<Path> connectors = Files.list(Path.of("/sys/class/drm"))) {
            String card = connectors.map(p -> p.getFileName().toString()).filter(n -> n.matches("card\\d+-.*"))
                    .map(n -> n.substring(0, n.indexOf('-'))).findFirst().orElseThrow();
            return "/dev/dri/" + card;
        }
    }

    boolean offers(String type) {
        if (!process.isAlive()) {
            throw new AssertionError("KWin has ended: " + log());
        }
        if (!Files.exists(socket)) {
            return false;
        }
        try (WaylandConnection connection = WaylandConnection.connect(socket)) {
            for (Registry.Global global : Registry.of(connection, LIMIT).globals()) {
                if (global.type().equals(type)) {
                    return true;
                }
            }
            return false;
        } catch (WaylandException e) {
            return false;
        }
    }

    /** As any client sees them: name, size. */
    List<String> outputs() {
        try (WaylandConnection connection = WaylandConnection.connect(socket)) {
            return Output.all(connection, Registry.of(connection, LIMIT), LIMIT).stream()
                    .map(o -> o.name() + " " + o.width() + "x" + o.height()).sorted().toList();
        }
    }

    /** Looks at, or changes, its outputs as another program of the user's would. */
    <T> T ask(Function<KwinConnection, T> question) {
        try (KwinConnection connection = KwinConnection.open(socket, "test")) {
            return connection.call(() -> question.apply(connection), LIMIT);
        }
    }

    /** Names of the outputs that are on, the primary one first. */
    List<String> order() {
        return ask(c -> c.outputs().order());
    }

    void signal(String name) throws IOException, InterruptedException {
        assertTrue(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor(5, TimeUnit.SECONDS));
    }

    String log() {
        try {
            return Files.readString(home.resolve("kwin.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void eventually(BooleanSupplier condition, Supplier<String> what) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
