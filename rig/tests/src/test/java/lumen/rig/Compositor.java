package lumen.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;

/**
 * A compositor, and how it starts here.
 *
 * @param socket where clients connect, in {@code XDG_RUNTIME_DIR}
 */
record Compositor(List<String> command, Map<String, String> environment, String socket) {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Path RUNTIME = Path.of(System.getenv().getOrDefault("XDG_RUNTIME_DIR", "/"));

    /** OpenGL on the shim's device. */
    static Compositor kwin() {
        return new Compositor(List.of("kwin_wayland", "--virtual", "--width", "1280", "--height", "720", "--no-lockscreen",
                "--socket", "wayland-kwin"),
                shim("LUMEN_RIG_DRM_SHIM", Map.of("KWIN_COMPOSE", "O2", "KWIN_RENDER_NODES", "/dev/dri/renderD128",
                        "KWIN_DISABLE_VULKAN", "1", "KWIN_WAYLAND_NO_PERMISSION_CHECKS", "1")), "wayland-kwin");
    }

    /** On the kernel's own virtual display. */
    static Compositor kwinOn(Path card) {
        return new Compositor(List.of("kwin_wayland", "--drm", "--no-lockscreen", "--socket", "wayland-kwin"),
                Map.of("KWIN_COMPOSE", "O2", "KWIN_DRM_DEVICES", card.toString(), "KWIN_WAYLAND_NO_PERMISSION_CHECKS", "1"),
                "wayland-kwin");
    }

    static Compositor mutter() {
        return new Compositor(List.of("mutter", "--headless", "--wayland", "--no-x11", "--wayland-display", "wayland-mutter"),
                Map.of(), "wayland-mutter");
    }

    static Compositor sway(Map<String, String> renderer) throws IOException {
        Path configuration = Files.writeString(Files.createTempFile("sway-", ".conf"), "output * bg #204060 solid_color\n");
        Map<String, String> environment = new HashMap<>(renderer);
        environment.put("WLR_BACKENDS", "headless");
        environment.put("WLR_LIBINPUT_NO_DEVICES", "1");
        return new Compositor(List.of("sway", "-c", configuration.toString()), environment, "wayland-1");
    }

    /** With a client inside, without which it ends. */
    static Compositor gamescope() {
        return new Compositor(List.of("gamescope", "--backend", "headless", "--expose-wayland", "-W", "1280", "-H", "720",
                "-r", "60", "--", "foot"),
                shim("LUMEN_RIG_UDMABUF_SHIM", Map.of("VK_DRIVER_FILES", "/usr/share/vulkan/icd.d/lvp_icd.json",
                        "LIBGL_ALWAYS_SOFTWARE", "1")), "gamescope-0");
    }

    /** The device's stand-in, where this machine lacks the device. */
    private static Map<String, String> shim(String variable, Map<String, String> others) {
        Map<String, String> environment = new HashMap<>(others);
        if (System.getenv(variable) != null) {
            environment.put("LD_PRELOAD", System.getenv(variable));
        }
        return environment;
    }

    /** Starts it and waits until it takes clients. */
    Program start() throws Exception {
        Program program = Program.start(environment, command);
        try {
            program.await(command.getFirst() + "'s socket", START, () -> Files.exists(RUNTIME.resolve(socket)));
            return program;
        } catch (Throwable e) {
            program.close();
            throw e;
        }
    }

    /** Waits until it offers these Wayland globals. */
    void awaitGlobals(Program program, String... wanted) throws Exception {
        program.await(command.getFirst() + " offers " + String.join(", ", wanted), START, () -> globals().containsAll(List.of(wanted)));
    }

    Set<String> globals() {
        try (WaylandConnection connection = WaylandConnection.connect(RUNTIME.resolve(socket))) {
            Set<String> types = new TreeSet<>();
            Registry.of(connection, Duration.ofSeconds(10)).globals().forEach(g -> types.add(g.type()));
            return types;
        }
    }

    static Path runtime() {
        return RUNTIME;
    }
}
