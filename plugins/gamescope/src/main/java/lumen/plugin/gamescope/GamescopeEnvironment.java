package lumen.plugin.gamescope;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lumen.posix.Program;

/** Environments: gamescope's own, and that of programs which shall appear in it. */
final class GamescopeEnvironment {
    /** Would make gamescope, or what runs in it, find the user's own session instead. */
    private static final Set<String> OTHER_SESSION = Set.of("WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY", "XAUTHORITY",
            "GAMESCOPE_WAYLAND_DISPLAY", "GAMESCOPE_LIMITER_FILE", "LIBEI_SOCKET", "XDG_SESSION_ID", "XDG_VTNR", "XDG_SEAT",
            "DESKTOP_STARTUP_ID");
    private static final String STEAM_DISPLAYS = "STEAM_GAME_DISPLAY_";

    private GamescopeEnvironment() {
    }

    /**
     * The whole environment for gamescope and, but for what it sets itself, the program inside.
     *
     * @param outer the host's own
     * @param app   what the program needs besides
     */
    static Map<String, String> compositor(Map<String, String> outer, Path folder, Path gamescope, Map<String, String> app) {
        Map<String, String> environment = new HashMap<>(outer);
        environment.keySet().removeAll(OTHER_SESSION);
        environment.keySet().removeIf(name -> name.startsWith(STEAM_DISPLAYS));
        environment.putAll(userServices(outer));
        environment.putAll(app);
        environment.put("XDG_RUNTIME_DIR", folder.toString());
        // It starts a helper, gamescopereaper, by name; both lie where not every service's PATH leads (/usr/games).
        environment.put("PATH", environment.getOrDefault("PATH", Program.DEFAULT_SEARCH) + ":" + gamescope.getParent());
        return environment;
    }

    /**
     * What a further program needs to appear beside the first.
     *
     * @param display     X display, such as {@code :0}
     * @param wayland     the Wayland socket's name, if programs may use it
     */
    static Map<String, String> client(Map<String, String> outer, Path folder, String display, String socket,
                                      Optional<String> wayland) {
        Map<String, String> environment = new HashMap<>(userServices(outer));
        environment.put("XDG_RUNTIME_DIR", folder.toString());
        environment.put("XDG_CURRENT_DESKTOP", "gamescope");
        environment.put("XDG_SESSION_TYPE", wayland.isPresent() ? "wayland" : "x11");
        environment.put("DISPLAY", display);
        environment.put("GAMESCOPE_WAYLAND_DISPLAY", socket);
        wayland.ifPresent(name -> environment.put("WAYLAND_DISPLAY", name));
        return Map.copyOf(environment);
    }

    /** In the private runtime folder, gamescope and its programs must still find the user's PipeWire, PulseAudio and D-Bus. */
    private static Map<String, String> userServices(Map<String, String> outer) {
        Map<String, String> environment = new HashMap<>();
        String runtime = outer.get("XDG_RUNTIME_DIR");
        if (runtime != null) {
            environment.put("PIPEWIRE_RUNTIME_DIR", outer.getOrDefault("PIPEWIRE_RUNTIME_DIR", runtime));
            environment.put("PULSE_RUNTIME_PATH", outer.getOrDefault("PULSE_RUNTIME_PATH", Path.of(runtime, "pulse").toString()));
            environment.put("DBUS_SESSION_BUS_ADDRESS",
                    outer.getOrDefault("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + Path.of(runtime, "bus")));
        }
        return environment;
    }
}
