package lumen.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DefaultDaemonTest {
    private static Optional<Path> socket(Map<String, String> environment) {
        return DefaultDaemon.socket(name -> Optional.ofNullable(environment.get(name)));
    }

    @Test
    void itsSocketIsInTheRuntimeFolderUnlessSaidOtherwise() {
        assertEquals(Optional.empty(), socket(Map.of()));
        assertEquals(Optional.of(Path.of("/run/user/7/pipewire-0")), socket(Map.of("XDG_RUNTIME_DIR", "/run/user/7")));
        assertEquals(Optional.of(Path.of("/pw/pipewire-0")),
                socket(Map.of("XDG_RUNTIME_DIR", "/run/user/7", "PIPEWIRE_RUNTIME_DIR", "/pw", "PIPEWIRE_REMOTE", " ")));
        assertEquals(Optional.of(Path.of("/pw/other")), socket(Map.of("PIPEWIRE_RUNTIME_DIR", "/pw", "PIPEWIRE_REMOTE", "other")));
        assertEquals(Optional.of(Path.of("/far/socket")), socket(Map.of("PIPEWIRE_RUNTIME_DIR", "/pw", "PIPEWIRE_REMOTE", "/far/socket")));
    }
}
