package lumen.client.report;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns records into maps of maps, lists, numbers and text, names in lower-dash-case. */
final class RecordTree {
    private RecordTree() {
    }

    static Map<String, Object> of(Record node) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (RecordComponent component : node.getClass().getRecordComponents()) {
            try {
                map.put(dashed(component.getName()), value(component.getAccessor().invoke(node)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a public record's accessor: " + component, e);
            }
        }
        return map;
    }

    private static Object value(Object value) {
        return switch (value) {
            case Record r -> of(r);
            case List<?> list -> list.stream().map(RecordTree::value).toList();
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((k, v) -> copy.put(k.toString(), value(v)));
                yield copy;
            }
            // JSON has neither infinity nor NaN.
            case Double d when !Double.isFinite(d) -> d.toString();
            case Number n -> n;
            case Boolean b -> b;
            default -> value.toString();
        };
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
