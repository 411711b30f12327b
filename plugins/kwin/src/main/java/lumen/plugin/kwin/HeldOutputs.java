package lumen.plugin.kwin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The user's outputs that sessions of this host have switched off: on again only when the last of these sessions ends. */
final class HeldOutputs {
    private static final Map<Path, Map<String, Integer>> HELD = new HashMap<>();

    private HeldOutputs() {
    }

    /** One session more wants these off; returns them together with those that others hold. */
    static synchronized List<String> hold(Path socket, List<String> names) {
        Map<String, Integer> held = HELD.computeIfAbsent(socket, s -> new HashMap<>());
        List<String> all = new ArrayList<>(held.keySet());
        names.stream().filter(name -> !held.containsKey(name)).forEach(all::add);
        all.forEach(name -> held.merge(name, 1, Integer::sum));
        return List.copyOf(all);
    }

    /** One session less; returns those that nobody wants off any more. */
    static synchronized List<String> release(Path socket, List<String> names) {
        Map<String, Integer> held = HELD.getOrDefault(socket, new HashMap<>());
        return names.stream().filter(name -> held.computeIfPresent(name, (n, count) -> count > 1 ? count - 1 : null) == null)
                .toList();
    }

    static synchronized List<String> all(Path socket) {
        return List.copyOf(HELD.getOrDefault(socket, Map.of()).keySet());
    }
}
