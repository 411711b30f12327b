package lumen.plugin.gamescope;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Which GPU a process renders on. */
final class RenderNode {
    private static final String NODES = "/dev/dri/renderD";

    private RenderNode() {
    }

    /** {@code dev_t} of the one DRM render node that the process has open; empty if it isn't one, or can't be seen. */
    static OptionalLong of(long pid) {
        return of(pid, NODES);
    }

    static OptionalLong of(long pid, String prefix) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            List<Path> nodes = descriptors.map(RenderNode::target).filter(t -> t.toString().startsWith(prefix)).distinct().toList();
            return nodes.size() == 1 ? OptionalLong.of(((Number) Files.getAttribute(nodes.getFirst(), "unix:rdev")).longValue())
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty(); // a program with file capabilities doesn't let its user look
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            return descriptor; // closed meanwhile
        }
    }
}
