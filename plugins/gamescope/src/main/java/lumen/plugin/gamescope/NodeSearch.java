package lumen.plugin.gamescope;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import lumen.posix.Program;

/** Looks a gamescope's node up among PipeWire's objects, for one that doesn't tell it in the words known here. */
final class NodeSearch {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final String CLIENT = "PipeWire:Interface:Client";
    private static final String NODE = "PipeWire:Interface:Node";
    /** Noted by the daemon itself, unlike the names. */
    private static final String PEER = "pipewire.sec.pid";

    private NodeSearch() {
    }

    /** Asks the daemon that an environment leads to. */
    static OptionalInt videoSourceOf(long pid, Map<String, String> environment) {
        return Program.find("pw-dump", environment.getOrDefault("PATH", Program.DEFAULT_SEARCH))
                .flatMap(program -> program.ask(LIMIT, environment))
                .map(dump -> videoSourceOf(pid, dump)).orElse(OptionalInt.empty());
    }

    /** The video source that belongs to a process: by its connection, since the name sits on two objects. */
    static OptionalInt videoSourceOf(long pid, String dump) {
        Object parsed;
        try {
            parsed = JSON.std.anyFrom(dump);
        } catch (IOException e) {
            return OptionalInt.empty();
        }
        Set<Integer> connections = new HashSet<>();
        for (Map<?, ?> client : objects(parsed, CLIENT)) {
            if (client.get("id") instanceof Integer id && properties(client).get(PEER) instanceof Number peer
                    && peer.longValue() == pid) {
                connections.add(id);
            }
        }
        return objects(parsed, NODE).stream()
                .filter(node -> "Video/Source".equals(properties(node).get("media.class"))
                        && properties(node).get("client.id") instanceof Integer owner && connections.contains(owner)
                        && node.get("id") instanceof Integer)
                .mapToInt(node -> (Integer) node.get("id")).findFirst();
    }

    private static List<Map<?, ?>> objects(Object dump, String type) {
        if (!(dump instanceof List<?> list)) {
            return List.of();
        }
        return list.stream().<Map<?, ?>>mapMulti((item, sink) -> {
            if (item instanceof Map<?, ?> map && type.equals(map.get("type"))) {
                sink.accept(map);
            }
        }).toList();
    }

    private static Map<?, ?> properties(Map<?, ?> object) {
        return object.get("info") instanceof Map<?, ?> info && info.get("props") instanceof Map<?, ?> props ? props : Map.of();
    }
}
