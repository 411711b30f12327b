package lumen.plugin.zerocopy.egl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What this process holds of the kernel: its descriptors by what they are, without the JVM's JAR files, and its threads by
 * name, without those that the JVM and Mesa's shader cache start and end as they like.
 */
record Resources(Map<String, Integer> descriptors, Map<String, Integer> threads) {
    private static final String COMING_AND_GOING =
            "C[12] Compiler.*|G1 .*|GC Thread.*|Common-Cleaner|Attach Listener.*|Signal Dispatch.*|.*:disk\\$[0-9]+";

    static Resources now() {
        Map<String, Integer> descriptors = new TreeMap<>();
        Map<String, Integer> threads = new TreeMap<>();
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"));
                Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            links.forEach(link -> {
                try {
                    String target = Files.readSymbolicLink(link).toString();
                    if (!target.endsWith(".jar")) {
                        descriptors.merge(target.replaceAll("[0-9]+", "N"), 1, Integer::sum);
                    }
                } catch (IOException e) {
                    // The one that lists the folder.
                }
            });
            tasks.forEach(task -> {
                try {
                    String name = Files.readString(task.resolve("comm")).strip();
                    if (!name.matches(COMING_AND_GOING)) {
                        threads.merge(name, 1, Integer::sum);
                    }
                } catch (IOException e) {
                    // It has ended.
                }
            });
            return new Resources(descriptors, threads);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
