package lumen.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lumen.wayland.Output;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;

/**
 * A compositor that runs as the user's own desktop would, in a session that the rig has set up: D-Bus, PipeWire and
 * WirePlumber are there, and no screen.
 */
final class Desktop implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration ROUND_TRIP = Duration.ofSeconds(5);

    private final Process process;
    private final Path socket;
    private final Path log;
    private final Map<String, String> environment;

    private Desktop(Process process, Path socket, Path log, Map<String, String> environment) {
        this.process = process;
        this.socket = socket;
        this.log = log;
        this.environment = environment;
    }

    /** KWin: on its virtual backend with the rig's DRM shim, or on the virtual machine's vkms. */
    static Desktop kwin(Path folder) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("KWIN_COMPOSE", "O2", "KWIN_WAYLAND_NO_PERMISSION_CHECKS", "1",
                "KWIN_DISABLE_VULKAN", "1"));
        List<String> command = new ArrayList<>(List.of("kwin_wayland", "--no-lockscreen", "--socket", "wayland-k"));
        Optional<String> shim = Optional.ofNullable(System.getenv("LUMEN_RIG_DRM_SHIM"));
        if (shim.isPresent()) {
            environment.put("LD_PRELOAD", shim.get());
            environment.put("KWIN_RENDER_NODES", "/dev/dri/renderD128");
            command.addAll(List.of("--virtual", "--width", "1280", "--height", "720"));
        } else {
            environment.put("KWIN_DRM_DEVICES", displayCard());
            command.add("--drm");
        }
        return start("kwin", folder, command, environment, "wayland-k", "KDE");
    }

    /** The DRM card that has a connector; the other one only has buffers. */
    private static String displayCard() throws IOException {
        try (Stream<Path> connectors = Files.list(Path.of("/sys/class/drm"))) {
            String card = connectors.map(p -> p.getFileName().toString()).filter(n -> n.matches("card\\d+-.*"))
                    .map(n -> n.substring(0, n.indexOf('-'))).findFirst().orElseThrow();
            return "/dev/dri/" + card;
        }
    }

    static Desktop mutter(Path folder) throws Exception {
        return start("mutter", folder, List.of("mutter", "--headless", "--wayland", "--no-x11", "--wayland-display", "wayland-m"),
                Map.of(), "wayland-m", "GNOME");
    }

    /** A sway that a session joins; those of lumen's own need nothing. */
    static Desktop sway(Path folder) throws Exception {
        Path config = Files.writeString(folder.resolve("sway.conf"), "default_border none\nswaybg_command -\n");
        Path ipc = runtime().resolve("joined-sway.sock");
        Desktop desktop = start("sway", folder, List.of("sway", "-c", config.toString()), Map.of("WLR_BACKENDS", "headless",
                "WLR_RENDERER", "pixman", "WLR_LIBINPUT_NO_DEVICES", "1", "SWAYSOCK", ipc.toString()), "wayland-1", "sway");
        desktop.environment.put("SWAYSOCK", ipc.toString());
        return desktop;
    }

    /** What the gamescopes that lumen starts need without a GPU: a software Vulkan, and the rig's udmabuf shim if it has one. */
    static Map<String, String> gamescopeEnvironment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        try (Stream<Path> drivers = Files.list(Path.of("/usr/share/vulkan/icd.d"))) {
            drivers.filter(p -> p.getFileName().toString().startsWith("lvp_icd")).findFirst()
                    .ifPresent(p -> environment.put("VK_DRIVER_FILES", p.toString()));
        }
        Optional.ofNullable(System.getenv("LUMEN_RIG_UDMABUF_SHIM")).ifPresent(shim -> environment.put("LD_PRELOAD", shim));
        return environment;
    }

    private static Desktop start(String name, Path folder, List<String> command, Map<String, String> extra, String socketName,
                                 String xdgName) throws Exception {
        Path log = folder.resolve(name + ".log");
        Path socket = runtime().resolve(socketName);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("XDG_CURRENT_DESKTOP", xdgName);
        builder.environment().putAll(extra);
        Process process = builder.start();
        Map<String, String> environment = new HashMap<>(Map.of("WAYLAND_DISPLAY", socketName, "XDG_CURRENT_DESKTOP", xdgName));
        Desktop desktop = new Desktop(process, socket, log, environment);
        Await.until(name + " answers", START_LIMIT, () -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended:\n" + desktop.log());
            }
            return desktop.answers();
        });
        return desktop;
    }

    private static Path runtime() {
        return Path.of(System.getenv("XDG_RUNTIME_DIR"));
    }

    private boolean answers() {
        try (WaylandConnection connection = WaylandConnection.connect(socket)) {
            Registry.of(connection, ROUND_TRIP);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** What programs of this desktop have in their environment. */
    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    Process process() {
        return process;
    }

    /** The sizes of the outputs in the compositor's own list. */
    List<String> outputs() {
        try (WaylandConnection connection = WaylandConnection.connect(socket)) {
            Registry registry = Registry.of(connection, ROUND_TRIP);
            return Output.all(connection, registry, ROUND_TRIP).stream().map(o -> o.width() + "x" + o.height()).toList();
        }
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
