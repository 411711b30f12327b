package lumen.plugin.ffmpeg;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds the DRM render nodes of this machine's GPUs. */
final class RenderNode {
    private static final Path DRI = Path.of("/dev/dri");
    private static final String RENDER = "renderD";

    private RenderNode() {
    }

    /** All, in the order of their numbers. */
    static List<String> all() {
        return in(DRI).stream().map(name -> DRI.resolve(name).toString()).toList();
    }

    /**
     * The render node of a device.
     *
     * @param node {@code dev_t} of its primary or render node
     */
    static Optional<String> of(OptionalLong node) {
        if (node.isEmpty()) {
            return Optional.empty();
        }
        long dev = node.getAsLong();
        // glibc's gnu_dev_major and gnu_dev_minor.
        long major = dev >>> 8 & 0xfff | dev >>> 32 & 0xfffff000L;
        long minor = dev & 0xff | dev >>> 12 & 0xffffff00L;
        return in(Path.of("/sys/dev/char/" + major + ":" + minor + "/device/drm")).stream().findFirst()
                .map(name -> DRI.resolve(name).toString());
    }

    private static List<String> in(Path folder) {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, RENDER + "*")) {
                entries.forEach(entry -> names.add(entry.getFileName().toString()));
            } catch (IOException e) {
                return List.of();
            }
        }
        Collections.sort(names);
        return names;
    }
}
