package lumen.plugin.portal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.dbus.Struct;
import lumen.dbus.Variant;
import lumen.spi.BackendException;
import lumen.spi.FrameSource;

/**
 * A stream as {@code Start} answers it.
 *
 * @param serial    {@code object.serial} of the node, or {@link FrameSource.PipeWireNode#UNKNOWN_SERIAL}
 * @param position  in the compositor's logical coordinates, if told
 * @param size      in the compositor's logical coordinates, if told
 * @param mappingId of the region that emulated input refers to
 */
record PortalStream(int node, long serial, Optional<Pair> position, Optional<Pair> size, Optional<String> mappingId) {

    /** Two numbers that belong together. */
    record Pair(int x, int y) {
    }

    /**
     * The first of the streams in an answer.
     *
     * @throws BackendException if there is none
     */
    static PortalStream first(Map<?, ?> results) {
        if (results.get("streams") instanceof Variant v && v.value() instanceof List<?> streams && !streams.isEmpty()
                && streams.getFirst() instanceof Struct stream && stream.fields().size() == 2
                && stream.get(0) instanceof Integer node && stream.get(1) instanceof Map<?, ?> properties) {
            return new PortalStream(node, value(properties, "pipewire-serial", Long.class).orElse(FrameSource.PipeWireNode.UNKNOWN_SERIAL),
                    pair(properties, "position"), pair(properties, "size").filter(s -> s.x() > 0 && s.y() > 0),
                    value(properties, "mapping_id", String.class));
        }
        throw new BackendException("the portal has granted no stream: " + results);
    }

    static <T> Optional<T> value(Map<?, ?> properties, String name, Class<T> type) {
        return properties.get(name) instanceof Variant v && type.isInstance(v.value()) ? Optional.of(type.cast(v.value())) : Optional.empty();
    }

    private static Optional<Pair> pair(Map<?, ?> properties, String name) {
        return value(properties, name, Struct.class).filter(s -> s.fields().size() == 2 && s.get(0) instanceof Integer
                && s.get(1) instanceof Integer).map(s -> new Pair((Integer) s.get(0), (Integer) s.get(1)));
    }
}
