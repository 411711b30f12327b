package lumen.pipewire;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The daemon that {@link PipewireConnection#open(String, java.time.Duration)} connects to. */
public final class DefaultDaemon {
    private static final String SOCKET = "pipewire-0";

    private DefaultDaemon() {
    }

    /**
     * Where libpipewire looks for it ({@code module-protocol-native}).
     *
     * @param variable answers an environment variable
     * @return empty if nothing names the runtime folder
     */
    public static Optional<Path> socket(Function<String, Optional<String>> variable) {
        String name = variable.apply("PIPEWIRE_REMOTE").filter(s -> !s.isBlank()).orElse(SOCKET);
        return variable.apply("PIPEWIRE_RUNTIME_DIR").or(() -> variable.apply("XDG_RUNTIME_DIR"))
                .map(folder -> Path.of(folder).resolve(name));
    }
}
