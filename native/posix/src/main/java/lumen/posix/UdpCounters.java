package lumen.posix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A counter for each {@link UdpEvent}. One thread writes, any thread reads. */
public final class UdpCounters {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[UdpEvent.values().length];

    void add(UdpEvent event, long n) {
        COUNT.setOpaque(counts, event.ordinal(), counts[event.ordinal()] + n);
    }

    /** How often that happened. */
    public long get(UdpEvent event) {
        return (long) COUNT.getOpaque(counts, event.ordinal());
    }
}
