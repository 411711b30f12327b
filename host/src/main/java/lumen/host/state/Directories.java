package lumen.host.state;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import lumen.host.config.Settings;
import lumen.posix.CurrentProcess;

/** Where things lie, by the XDG base directory rules. */
public final class Directories {
    private final Map<String, String> environment;

    public Directories(Map<String, String> environment) {
        this.environment = environment;
    }

    /** {@code lumen.conf} unless the command line names another. */
    public Path configFile() {
        return xdg("XDG_CONFIG_HOME", ".config").resolve("lumen").resolve("lumen.conf");
    }

    /** The state folder. */
    public Path state(Settings settings) {
        return settings.nonEmpty("state-directory").map(Path::of)
                .orElseGet(() -> xdg("XDG_STATE_HOME", ".local/state").resolve("lumen"));
    }

    /** The folder for sockets. */
    public Path runtime(Settings settings) {
        return settings.nonEmpty("runtime-directory").map(Path::of)
                .or(() -> variable("XDG_RUNTIME_DIR").map(d -> Path.of(d, "lumen")))
                .orElseGet(() -> Path.of("/tmp", "lumen-" + CurrentProcess.uid()));
    }

    /** The folder of third-party backends. */
    public Path plugins(Settings settings, Path configFile) {
        return settings.nonEmpty("plugins.directory").map(Path::of)
                .orElseGet(() -> configFile.toAbsolutePath().resolveSibling("plugins.d"));
    }

    private Path xdg(String variable, String underHome) {
        return variable(variable).map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), underHome));
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(v -> !v.isBlank());
    }
}
