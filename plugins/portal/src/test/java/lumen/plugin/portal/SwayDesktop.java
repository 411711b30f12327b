package lumen.plugin.portal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import lumen.dbus.DBusConnection;
import lumen.rig.host.Eventually;

/** A sway with the portal and its wlroots backend, on the session bus of the rig. */
final class SwayDesktop implements AutoCloseable {
    static final int COLOUR = 0x204060;
    private static final String BACKEND_NAME = "org.freedesktop.impl.portal.desktop.wlr";

    final Map<String, String> environment = new HashMap<>();
    final Process sway;
    final Process backend;
    final Process portal;
    private final Path folder;
    private final List<Process> all = new ArrayList<>();

    /** @param chooser lines of xdg-desktop-portal-wlr's configuration that say how an output is chosen */
    SwayDesktop(Path folder, String chooser) throws Exception {
        this.folder = folder;
        Path runtime = Path.of(System.getenv("XDG_RUNTIME_DIR"));
        Files.writeString(folder.resolve("sway.conf"), """
                output HEADLESS-1 resolution 1280x720@60Hz position 0 0
                output HEADLESS-2 resolution 1600x901@60Hz position 1280 0 scale 2
                output * bg #%06x solid_color
                """.formatted(COLOUR));
        Files.writeString(folder.resolve("xdpw.conf"), "[screencast]\nmax_fps=60\n" + chooser);
        environment.put("XDG_CURRENT_DESKTOP", "sway");
        environment.put("SWAYSOCK", runtime.resolve("portal-sway.sock").toString());
        environment.putAll(Map.of("WLR_BACKENDS", "headless", "WLR_RENDERER", "pixman", "WLR_LIBINPUT_NO_DEVICES", "1", "WLR_HEADLESS_OUTPUTS", "2"));
        sway = start("sway", "sway", "-c", folder.resolve("sway.conf").toString());
        Eventually.holds("sway listens", () -> Files.exists(runtime.resolve("wayland-1")) && Files.exists(Path.of(environment.get("SWAYSOCK"))));
        environment.put("WAYLAND_DISPLAY", "wayland-1");
        backend = start("xdpw", "/usr/libexec/xdg-desktop-portal-wlr", "-l", "DEBUG", "-c", folder.resolve("xdpw.conf").toString());
        try (DBusConnection bus = DBusConnection.session(System.getenv())) {
            Eventually.holds("the backend is on the bus", () -> bus.hasOwner(BACKEND_NAME));
            portal = start("xdp", "/usr/libexec/xdg-desktop-portal", "-v", "-r");
            Eventually.holds("the portal is on the bus", () -> bus.hasOwner(PortalApi.NAME));
        }
    }

    private Process start(String name, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        all.add(process);
        return process;
    }

    @Override
    public void close() throws Exception {
        for (Process process : all.reversed()) {
            process.destroy();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
        try (DBusConnection bus = DBusConnection.session(System.getenv())) {
            Eventually.holds("the names are free", () -> !bus.hasOwner(PortalApi.NAME) && !bus.hasOwner(BACKEND_NAME));
        }
    }
}
