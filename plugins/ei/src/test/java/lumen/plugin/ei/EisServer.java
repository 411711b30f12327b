package lumen.plugin.ei;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.posix.Fd;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;
import lumen.spi.BackendException;
import lumen.spi.InputRoute;

/** A real compositor without a screen, 1280x720, and the way to its emulated-input server. */
final class EisServer implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Path RUNTIME = Path.of(System.getenv().getOrDefault("XDG_RUNTIME_DIR", "/nowhere"));
    private static final Map<String, String> SOFTWARE = Map.of("VK_DRIVER_FILES", "/usr/share/vulkan/icd.d/lvp_icd.json");

    final Path wayland;
    final InputRoute.Ei route;
    private final Path log;
    private final Process process;
    private final DBusConnection bus;

    private EisServer(Process process, Path log, Path wayland, InputRoute.Ei route, DBusConnection bus) {
        this.process = process;
        this.log = log;
        this.wayland = wayland;
        this.route = route;
        this.bus = bus;
    }

    static EisServer gamescope(Path folder) throws IOException {
        Path log = folder.resolve("gamescope.log");
        Process process = start(log, "LUMEN_RIG_UDMABUF_SHIM", SOFTWARE, List.of("gamescope", "--backend", "headless",
                "--expose-wayland", "-W", "1280", "-H", "720", "-r", "60", "--", "sleep", "7777"));
        Path socket = RUNTIME.resolve("gamescope-0-ei");
        Path wayland = RUNTIME.resolve("gamescope-0");
        eventually(() -> answers(socket) && answers(wayland), () -> "gamescope does not start: " + text(log));
        return new EisServer(process, log, wayland, route(() -> descriptor(UnixSocket.connect(socket)), 1), DBusConnection.session(System.getenv()));
    }

    /** @param layout of the keyboard, for XKB */
    static EisServer kwin(Path folder, String layout) throws IOException {
        Path log = folder.resolve("kwin.log");
        Files.createDirectories(folder.resolve(".config"));
        Files.writeString(folder.resolve(".config/kxkbrc"), "[Layout]\nUse=true\nLayoutList=" + layout + "\n");
        Map<String, String> environment = new HashMap<>(Map.of("KWIN_COMPOSE", "O2", "KWIN_DISABLE_VULKAN", "1", "HOME", folder.toString(),
                "XDG_CONFIG_HOME", folder.resolve(".config").toString(), "KWIN_RENDER_NODES", "/dev/dri/renderD128",
                "KWIN_WAYLAND_NO_PERMISSION_CHECKS", "1"));
        Process process = start(log, "LUMEN_RIG_DRM_SHIM", environment, List.of("kwin_wayland", "--virtual", "--width", "1280",
                "--height", "720", "--no-lockscreen", "--socket", "wayland-ei-test"));
        DBusConnection bus = DBusConnection.session(System.getenv());
        InputRoute.Ei route = route(() -> (Fd) bus.call("org.kde.KWin", "/org/kde/KWin/EIS/RemoteDesktop",
                "org.kde.KWin.EIS.RemoteDesktop", "connectToEIS", "i", 7).body().getFirst(), 1);
        eventually(() -> answers(route), () -> "KWin does not start: " + text(log));
        return new EisServer(process, log, RUNTIME.resolve("wayland-ei-test"), route, bus);
    }

    static EisServer mutter(Path folder) throws IOException {
        Path log = folder.resolve("mutter.log");
        Process process = start(log, "", Map.of("HOME", folder.toString()), List.of("mutter", "--headless", "--wayland", "--no-x11",
                "--wayland-display", "wayland-ei-test", "--virtual-monitor", "1280x720@60"));
        DBusConnection bus = DBusConnection.session(System.getenv());
        String name = "org.gnome.Mutter.RemoteDesktop";
        eventually(() -> bus.hasOwner(name), () -> "Mutter does not start: " + text(log));
        String session = (String) bus.call(name, "/org/gnome/Mutter/RemoteDesktop", name, "CreateSession", "").body().getFirst();
        bus.call(name, session, name + ".Session", "Start", "");
        InputRoute.Ei route = route(() -> (Fd) bus.call(name, session, name + ".Session", "ConnectToEIS", "a{sv}", Map.of()).body().getFirst(),
                120);
        eventually(() -> answers(route), () -> "Mutter does not start: " + text(log));
        return new EisServer(process, log, RUNTIME.resolve("wayland-ei-test"), route, bus);
    }

    private static Process start(Path log, String shim, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Optional.ofNullable(System.getenv(shim)).ifPresent(library -> builder.environment().put("LD_PRELOAD", library));
        return builder.start();
    }

    private static InputRoute.Ei route(Supplier<Fd> connector, int scrollStep) {
        return new InputRoute.Ei() {
            @Override
            public int connect() {
                try {
                    return connector.get().release();
                } catch (DBusException | PosixException e) {
                    throw new BackendException(e.getMessage(), e);
                }
            }

            @Override
            public Region region() {
                return new Region(Optional.empty(), 0, 0, 1280, 720);
            }

            @Override
            public int scrollStep() {
                return scrollStep;
            }
        };
    }

    private static Fd descriptor(UnixSocket socket) {
        try (socket) {
            return Fd.duplicateOf(socket.fd());
        }
    }

    private static boolean answers(Path socket) {
        try {
            UnixSocket.connect(socket).close();
            return true;
        } catch (PosixException e) {
            return false;
        }
    }

    private static boolean answers(InputRoute.Ei route) {
        try {
            Fd.own(route.connect()).close();
            return true;
        } catch (BackendException e) {
            return false;
        }
    }

    void signal(String name) {
        try {
            assertTrue(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor(5, TimeUnit.SECONDS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Calls a method on the session bus. */
    void ask(String destination, String path, String interfaceName, String member, String signature, Object... arguments) {
        bus.call(destination, path, interfaceName, member, signature, arguments).discard();
    }

    String log() {
        return text(log);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
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

    /** Ends the compositor, and what runs in it. */
    void end() throws Exception {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(3, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() throws Exception {
        end();
        bus.close();
    }
}
