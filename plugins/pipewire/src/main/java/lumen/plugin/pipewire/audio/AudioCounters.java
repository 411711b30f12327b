package lumen.plugin.pipewire.audio;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts events. Thread-safe; counting allocates nothing. */
final class AudioCounters {
    private final AtomicLongArray counts = new AtomicLongArray(AudioEvent.values().length);

    void count(AudioEvent event) {
        add(event, 1);
    }

    void add(AudioEvent event, long n) {
        counts.addAndGet(event.ordinal(), n);
    }

    long get(AudioEvent event) {
        return counts.get(event.ordinal());
    }

    /** Those that happened. */
    Map<String, Long> report() {
        Map<String, Long> report = new LinkedHashMap<>();
        for (AudioEvent event : AudioEvent.values()) {
            if (get(event) > 0) {
                report.put(event.label(), get(event));
            }
        }
        return report;
    }
}
