package lumen.core.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One counter for each constant of an enum, such as the reasons for dropping a datagram. One thread
 * writes, any thread reads; recording allocates nothing.
 */
public final class EventCounters<E extends Enum<E>> {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final E[] names;
    private final long[] counts;

    /** A counter for each constant. */
    public EventCounters(Class<E> type) {
        names = type.getEnumConstants();
        counts = new long[names.length];
    }

    /** Counts one event. Writer thread only. */
    public void count(E event) {
        add(event, 1);
    }

    /** Counts several events. Writer thread only. */
    public void add(E event, long n) {
        COUNT.setOpaque(counts, event.ordinal(), counts[event.ordinal()] + n);
    }

    /** How often that happened. */
    public long get(E event) {
        return (long) COUNT.getOpaque(counts, event.ordinal());
    }

    /** All counters that aren't zero, by name in lower-dash-case. Allocates: for reports. */
    public Map<String, Long> report() {
        Map<String, Long> report = new LinkedHashMap<>();
        for (E name : names) {
            long n = get(name);
            if (n != 0) {
                report.put(name.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), n);
            }
        }
        return report;
    }
}
