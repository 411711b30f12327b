package lumen.plugin.pipewire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts events, and warns once of each kind that costs a picture. Thread-safe; allocates nothing but for the warning. */
final class CaptureCounters {
    private static final System.Logger LOG = System.getLogger("lumen.pipewire");

    private final String node;
    private final AtomicLongArray counts = new AtomicLongArray(CaptureEvent.values().length);

    CaptureCounters(String node) {
        this.node = node;
    }

    void count(CaptureEvent event) {
        counts.incrementAndGet(event.ordinal());
    }

    /** A dropped buffer. */
    void drop(CaptureEvent event) {
        if (counts.incrementAndGet(event.ordinal()) == 1) {
            LOG.log(System.Logger.Level.WARNING, "{0}: a buffer was dropped ({1}); further ones are only counted", node, event.label());
        }
    }

    long get(CaptureEvent event) {
        return counts.get(event.ordinal());
    }

    /** Those that happened. */
    Map<String, Long> report() {
        Map<String, Long> report = new LinkedHashMap<>();
        for (CaptureEvent event : CaptureEvent.values()) {
            if (get(event) > 0) {
                report.put(event.label(), get(event));
            }
        }
        return report;
    }
}
