package lumen.plugin.gamescope;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the machine has of what gamescope needs: a Vulkan driver, and memory that can be shared as dmabufs. */
final class Machine {
    private static final Path UDMABUF = Path.of("/dev/udmabuf");
    private static final Path DRI = Path.of("/dev/dri");

    private Machine() {
    }

    /**
     * Manifests of the Vulkan drivers that a loader would find.
     *
     * @param variable environment
     */
    static List<String> vulkanDrivers(Function<String, Optional<String>> variable) {
        Optional<String> chosen = variable.apply("VK_DRIVER_FILES").or(() -> variable.apply("VK_ICD_FILENAMES"));
        List<Path> places = new ArrayList<>();
        if (chosen.isPresent()) {
            Stream.of(chosen.get().split(":")).filter(p -> !p.isEmpty()).map(Path::of).forEach(places::add);
        } else {
            String data = variable.apply("XDG_DATA_DIRS").orElse("/usr/local/share:/usr/share");
            Stream.concat(Stream.of("/etc"), Stream.of(data.split(":"))).filter(p -> !p.isEmpty())
                    .map(p -> Path.of(p, "vulkan", "icd.d")).forEach(places::add);
        }
        return places.stream().flatMap(Machine::manifests).map(p -> p.getFileName().toString()).sorted().distinct().toList();
    }

    private static Stream<Path> manifests(Path place) {
        if (!Files.isDirectory(place)) {
            return Stream.of(place).filter(Files::isReadable);
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(f -> f.toString().endsWith(".json")).toList().stream();
        } catch (IOException e) {
            return Stream.empty(); // a folder that can't be read holds no driver for this user
        }
    }

    /** Where dmabufs can come from, in words. */
    static String dmabufs() {
        List<String> found = new ArrayList<>();
        try (Stream<Path> nodes = Files.list(DRI)) {
            nodes.filter(n -> n.getFileName().toString().startsWith("renderD") && Files.isReadable(n) && Files.isWritable(n))
                    .map(Path::toString).sorted().forEach(found::add);
        } catch (IOException e) {
            // No /dev/dri: no GPU.
        }
        if (Files.isWritable(UDMABUF)) {
            found.add(UDMABUF.toString());
        }
        return found.isEmpty() ? "none: no render node in " + DRI + " and no access to " + UDMABUF
                + ", which gamescope needs to share its frames" : String.join(" ", found);
    }
}
