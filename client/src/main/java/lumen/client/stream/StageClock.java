package lumen.client.stream;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long each stage of a cycle took, in the order they happened. Confined to one thread. */
final class StageClock {
    /** A stage, which may fail in its own way. */
    interface Stage<T, E extends Exception> {
        T run() throws E;
    }

    private final Map<String, Double> millis = new LinkedHashMap<>();

    <T, E extends Exception> T time(String name, Stage<T, E> stage) throws E {
        long start = System.nanoTime();
        try {
            return stage.run();
        } finally {
            span(name, start, System.nanoTime());
        }
    }

    /** Notes a stage that was measured elsewhere; nothing if it never ended (0). */
    void span(String name, long fromNanos, long toNanos) {
        if (toNanos != 0) {
            millis.put(name, Math.round((toNanos - fromNanos) / 1e3) / 1e3);
        }
    }

    Map<String, Double> millis() {
        return Collections.unmodifiableMap(millis);
    }
}
