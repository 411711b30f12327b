package lumen.plugin.wlroots;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.spi.BackendException;
import lumen.spi.HostContext;
import lumen.wayland.Output;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/**
 * The compositor of the session the host runs in.
 *
 * @param socket its Wayland socket
 * @param ipc    sway's IPC socket, if it is a sway
 */
record RunningCompositor(Path socket, Optional<Path> ipc) {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** True if sessions shall have their displays there. */
    static boolean joined(HostContext host) {
        return host.variable("LUMEN_DISPLAY_JOIN").filter(v -> v.equals("true") || v.equals("1")).isPresent();
    }

    /** @throws BackendException saying which variable is missing, or what it names in vain */
    static RunningCompositor of(HostContext host) {
        String display = host.variable("WAYLAND_DISPLAY").filter(v -> !v.isEmpty()).orElseThrow(
                () -> new BackendException("no compositor runs where lumen was started: WAYLAND_DISPLAY is not set"));
        Path socket = host.variable("XDG_RUNTIME_DIR").map(Path::of).orElse(Path.of("/")).resolve(display);
        if (!Files.exists(socket)) {
            throw new BackendException("no compositor runs at " + socket);
        }
        return new RunningCompositor(socket, host.variable("SWAYSOCK").filter(v -> !v.isEmpty()).map(Path::of)
                .filter(Files::exists));
    }

    /** @throws BackendException if the compositor can't be asked */
    List<String> outputs() {
        try (WaylandConnection connection = WaylandConnection.connect(socket)) {
            return Output.all(connection, Registry.of(connection, LIMIT), LIMIT).stream().map(Output::name).toList();
        } catch (WaylandException e) {
            throw new BackendException(e.getMessage(), e);
        }
    }

    /** For programs that shall appear there. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(Map.of("WAYLAND_DISPLAY", socket.toString(),
                "XDG_SESSION_TYPE", "wayland"));
        ipc.ifPresent(path -> environment.put("SWAYSOCK", path.toString()));
        return Map.copyOf(environment);
    }
}
