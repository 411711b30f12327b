package lumen.plugin.kwin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lumen.spi.BackendException;
import lumen.spi.HostContext;

/**
 * The Wayland socket of the session the host runs in.
 *
 * @param environment for programs that shall appear there
 */
record SessionSocket(Path path, Map<String, String> environment) {
    /** What a program of the session has from it, if the host has it. */
    private static final List<String> PASSED_ON = List.of("WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DISPLAY", "XAUTHORITY",
            "DBUS_SESSION_BUS_ADDRESS", "XDG_CURRENT_DESKTOP", "XDG_SESSION_DESKTOP", "KDE_FULL_SESSION", "KDE_SESSION_VERSION");

    /** @throws BackendException saying which variable is missing, or what it names in vain */
    static SessionSocket of(HostContext host) {
        String display = host.variable("WAYLAND_DISPLAY").filter(v -> !v.isEmpty()).orElseThrow(
                () -> new BackendException("no compositor runs where lumen was started: WAYLAND_DISPLAY is not set"));
        if (!display.startsWith("/") && host.variable("XDG_RUNTIME_DIR").isEmpty()) {
            throw new BackendException("no compositor can be found: XDG_RUNTIME_DIR is not set");
        }
        Path path = Path.of(host.variable("XDG_RUNTIME_DIR").orElse("/")).resolve(display);
        if (!Files.exists(path)) {
            throw new BackendException("no compositor runs at " + path);
        }
        Map<String, String> environment = new HashMap<>(Map.of("XDG_SESSION_TYPE", "wayland"));
        PASSED_ON.forEach(name -> host.variable(name).ifPresent(value -> environment.put(name, value)));
        return new SessionSocket(path, Map.copyOf(environment));
    }

    /** When a KWin began to listen there: a later one may have the same path. Empty if there is none. */
    static String since(Path path) {
        try {
            return Long.toString(Files.getLastModifiedTime(path).toMillis());
        } catch (IOException e) {
            return ""; // gone
        }
    }
}
