package lumen.host.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A DRM render node.
 *
 * @param path   such as {@code /dev/dri/renderD128}
 * @param number its {@code dev_t}
 */
record RenderNode(Path path, long number) {
    private static final Path DRI = Path.of("/dev/dri");
    private static final String PREFIX = "renderD";

    /** This machine's, in the order of their numbers. */
    static List<RenderNode> all() {
        List<RenderNode> nodes = new ArrayList<>();
        try (Stream<Path> files = Files.list(DRI)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith(PREFIX)).toList()) {
                nodes.add(new RenderNode(file, ((Number) Files.getAttribute(file, "unix:rdev")).longValue()));
            }
        } catch (IOException e) {
            // Without the folder there is no GPU; a node that vanishes meanwhile is none either.
        }
        nodes.sort(Comparator.comparingLong(RenderNode::number));
        return nodes;
    }
}
