package lumen.plugin.kwin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.spi.DisplayRequest;
import lumen.spi.HostContext;

/**
 * The windows of a session's programs. When an output is unplugged KWin moves its windows to another, and back only when one
 * of the same size comes; a script brings them back to a session's new output.
 */
final class SessionWindows {
    /** What the programs of a session have in their environment. */
    static final String MARK = "WAYLAND_LUMEN_SESSION";
    private static final System.Logger LOG = System.getLogger(SessionWindows.class.getName());

    private SessionWindows() {
    }

    static String mark(DisplayRequest request) {
        return request.client() + "." + request.session();
    }

    /** Programs this host has started for the session. */
    private static List<Long> programs(String mark) {
        return ProcessHandle.current().descendants().filter(p -> marked(p.pid(), mark)).map(ProcessHandle::pid).toList();
    }

    private static boolean marked(long pid, String mark) {
        try {
            String environment = Files.readString(Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1);
            return List.of(environment.split("\0")).contains(MARK + "=" + mark);
        } catch (IOException e) {
            return false; // it has ended, or is not to be looked at
        }
    }

    /** Moves what is there of them to an output. Failing is no reason not to stream. */
    static void bring(DisplayRequest request, String output, HostContext host) {
        List<Long> programs = programs(mark(request));
        if (programs.isEmpty()) {
            return;
        }
        Path file = null;
        try (DBusConnection bus = KwinBus.open(host)) {
            file = Files.createTempFile(host.runtimeDirectory(), "kwin-", ".js");
            Files.writeString(file, script(programs, output));
            String name = file.getFileName().toString();
            int id = (Integer) bus.call(KwinBus.NAME, KwinBus.SCRIPTING_PATH, KwinBus.SCRIPTING, "loadScript", "ss",
                    file.toString(), name).body().getFirst();
            try {
                bus.call(KwinBus.NAME, KwinBus.SCRIPTING_PATH + "/Script" + id, KwinBus.SCRIPT, "run", "");
            } finally {
                bus.call(KwinBus.NAME, KwinBus.SCRIPTING_PATH, KwinBus.SCRIPTING, "unloadScript", "s", name);
            }
        } catch (DBusException | IOException e) {
            LOG.log(System.Logger.Level.INFO, "windows of session {0} stay where they are: {1}", request.session(),
                    e.getMessage());
        } finally {
            delete(file);
        }
    }

    /** Of the scripting interface of Plasma 6. */
    static String script(List<Long> programs, String output) {
        return """
                const programs = [%s];
                const target = workspace.screens.find(screen => screen.name === "%s");
                if (target) {
                    workspace.windowList().filter(window => programs.includes(window.pid) && window.output !== target)
                        .forEach(window => workspace.sendClientToScreen(window, target));
                }
                """.formatted(programs.stream().map(p -> Long.toString(p)).collect(Collectors.joining(", ")),
                output.replaceAll("[^A-Za-z0-9_-]", "_"));
    }

    private static void delete(Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "{0} is left: {1}", file, e.getMessage());
            }
        }
    }
}
