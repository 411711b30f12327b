package lumen.plugin.wlroots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import lumen.spi.HostContext;

/** Environment variables of an own sway and of its programs. */
final class SwayEnvironment {
    /** Would make sway, or what runs in it, find the user's own session instead. */
    private static final Set<String> OTHER_SESSION = Set.of("WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY", "XAUTHORITY",
            "SWAYSOCK", "I3SOCK", "XDG_SESSION_ID", "XDG_VTNR", "XDG_SEAT", "DESKTOP_STARTUP_ID");

    private SwayEnvironment() {
    }

    /** What {@code WLR_RENDERER} is tried with, in order; {@code auto} leaves the choice to wlroots. */
    static List<String> renderers(HostContext host) {
        Optional<String> chosen = host.variable("WLR_RENDERER");
        if (chosen.isPresent()) {
            return List.of(chosen.get());
        }
        try (Stream<Path> nodes = Files.list(Path.of("/dev/dri"))) {
            boolean gpu = nodes.anyMatch(n -> n.getFileName().toString().startsWith("renderD") && Files.isReadable(n)
                    && Files.isWritable(n));
            return gpu ? List.of("auto", "pixman") : List.of("pixman");
        } catch (IOException e) {
            return List.of("pixman"); // no /dev/dri: no GPU
        }
    }

    /** Of sway itself. */
    static Map<String, String> ofCompositor(Path folder, Path ipc, String renderer) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeAll(OTHER_SESSION);
        environment.keySet().removeIf(name -> name.startsWith("WLR_"));
        environment.putAll(soundOfTheUser());
        environment.put("XDG_RUNTIME_DIR", folder.toString());
        environment.put("SWAYSOCK", ipc.toString());
        environment.put("XDG_CURRENT_DESKTOP", "sway");
        environment.put("XDG_SESSION_TYPE", "wayland");
        environment.put("WLR_BACKENDS", "headless");
        environment.put("WLR_HEADLESS_OUTPUTS", "1");
        environment.put("WLR_LIBINPUT_NO_DEVICES", "1");
        if (!renderer.equals("auto")) {
            environment.put("WLR_RENDERER", renderer);
        }
        return environment;
    }

    /** Of programs that shall appear on it. */
    static Map<String, String> ofClients(Path folder, Path ipc, Path waylandSocket) {
        Map<String, String> environment = new HashMap<>(soundOfTheUser());
        environment.put("XDG_RUNTIME_DIR", folder.toString());
        environment.put("WAYLAND_DISPLAY", waylandSocket.getFileName().toString());
        environment.put("SWAYSOCK", ipc.toString());
        environment.put("XDG_CURRENT_DESKTOP", "sway");
        environment.put("XDG_SESSION_TYPE", "wayland");
        return Map.copyOf(environment);
    }

    /** Programs in the private runtime folder must still find the user's PipeWire, PulseAudio and D-Bus. */
    private static Map<String, String> soundOfTheUser() {
        Map<String, String> environment = new HashMap<>();
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null) {
            environment.put("PIPEWIRE_RUNTIME_DIR", System.getenv().getOrDefault("PIPEWIRE_RUNTIME_DIR", runtime));
            environment.put("PULSE_RUNTIME_PATH",
                    System.getenv().getOrDefault("PULSE_RUNTIME_PATH", Path.of(runtime, "pulse").toString()));
            environment.put("DBUS_SESSION_BUS_ADDRESS",
                    System.getenv().getOrDefault("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + Path.of(runtime, "bus")));
        }
        return environment;
    }
}
