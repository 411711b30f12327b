package lumen.rig;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which of the kernel's devices is which. */
final class Devices {
    private Devices() {
    }

    /** The card with a connector; its number depends on the order of start. */
    static Optional<Path> display() throws IOException {
        try (DirectoryStream<Path> connectors = Files.newDirectoryStream(Path.of("/sys/class/drm"), "card*-*")) {
            for (Path connector : connectors) {
                String name = connector.getFileName().toString();
                return Optional.of(Path.of("/dev/dri", name.substring(0, name.indexOf('-'))));
            }
            return Optional.empty();
        }
    }
}
