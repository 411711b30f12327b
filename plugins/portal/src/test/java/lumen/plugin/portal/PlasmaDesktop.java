package lumen.plugin.portal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lumen.dbus.DBusConnection;
import lumen.dbus.Variant;
import lumen.rig.host.Eventually;
import org.junit.jupiter.api.Assumptions;

/** A KWin with the portal and Plasma's backend for it, on the session bus of the rig. */
final class PlasmaDesktop implements AutoCloseable {
    private static final String BACKEND_NAME = "org.freedesktop.impl.portal.desktop.kde";
    private static final String BUS = "org.freedesktop.DBus";
    private static final String BUS_PATH = "/org/freedesktop/DBus";
    private static final String STORE = "org.freedesktop.impl.portal.PermissionStore";
    private static final String STORE_PATH = "/org/freedesktop/impl/portal/PermissionStore";

    final Map<String, String> environment = new HashMap<>();
    private final Path folder;
    private ProcessHandle portal;
    private final List<Process> all = new ArrayList<>();

    /** @param authorized whether whoever has no name to the portal is let in without a dialog */
    PlasmaDesktop(Path folder, boolean authorized) throws Exception {
        this.folder = folder;
        Optional<Path> backend = Stream.of("/usr/libexec", "/usr/lib/x86_64-linux-gnu/libexec", "/usr/lib/aarch64-linux-gnu/libexec")
                .map(f -> Path.of(f, "xdg-desktop-portal-kde")).filter(Files::isExecutable).findFirst();
        Assumptions.assumeTrue(backend.isPresent(), "xdg-desktop-portal-kde is not installed");
        Path runtime = Path.of(System.getenv("XDG_RUNTIME_DIR"));
        Map<String, String> kwin = new HashMap<>(Map.of("KWIN_COMPOSE", "O2", "KWIN_WAYLAND_NO_PERMISSION_CHECKS", "1", "KWIN_DISABLE_VULKAN", "1"));
        Optional.ofNullable(System.getenv("LUMEN_RIG_DRM_SHIM")).ifPresent(shim -> kwin.putAll(Map.of("LD_PRELOAD", shim,
                "KWIN_RENDER_NODES", "/dev/dri/renderD128")));
        environment.putAll(Map.of("XDG_CURRENT_DESKTOP", "KDE", "XDG_SESSION_TYPE", "wayland", "QT_QPA_PLATFORM", "wayland"));
        start("kwin", kwin, "kwin_wayland", "--virtual", "--width", "1280", "--height", "720", "--no-lockscreen", "--socket", "wayland-k");
        Eventually.holds("KWin listens", () -> Files.exists(runtime.resolve("wayland-k")));
        environment.put("WAYLAND_DISPLAY", "wayland-k");
        try (DBusConnection bus = DBusConnection.session(System.getenv())) {
            Eventually.holds("KWin is on the bus", () -> bus.hasOwner("org.kde.KWin"));
            bus.call(BUS, BUS_PATH, BUS, "UpdateActivationEnvironment", "a{ss}", environment);
            bus.call(STORE, STORE_PATH, STORE, "Set", "sbsa{sas}v", "kde-authorized", true, "remote-desktop",
                    authorized ? Map.of("", List.of("yes")) : Map.of(), new Variant("y", (byte) 0));
            start("backend", Map.of(), backend.get().toString());
            Eventually.holds(() -> "the backend is on the bus: " + log("backend"), () -> bus.hasOwner(BACKEND_NAME));
            // The backend may have called the portal and so had it started.
            bus.call(BUS, BUS_PATH, BUS, "StartServiceByName", "su", PortalApi.NAME, 0);
            Eventually.holds("the portal is on the bus", () -> bus.hasOwner(PortalApi.NAME));
            portal = ProcessHandle.of(bus.call(BUS, BUS_PATH, BUS, "GetConnectionUnixProcessID", "s", PortalApi.NAME).get(0, Integer.class)).orElseThrow();
        }
    }

    private void start(String name, Map<String, String> extra, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().putAll(environment);
        builder.environment().putAll(extra);
        all.add(builder.start());
    }

    private String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws Exception {
        if (portal != null) {
            portal.destroy();
            portal.onExit().get(5, TimeUnit.SECONDS);
        }
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
