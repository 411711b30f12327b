package lumen.plugin.pipewire;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Has a capture looked at every quarter of a second, on one thread for all captures. */
final class Watchdog {
    private static final long PERIOD_MILLIS = 250;
    private static final ScheduledExecutorService THREAD = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lumen-pipewire-watch").factory());

    private final Runnable look;
    private ScheduledFuture<?> periodic;

    /** @param look must not throw, and allow for being called after {@link #stop} */
    Watchdog(Runnable look) {
        this.look = look;
    }

    /** Begins to look. Video thread. */
    void start() {
        periodic = THREAD.scheduleWithFixedDelay(look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Looks as soon as the thread is free, started or not. Any thread. */
    void lookNow() {
        THREAD.execute(look);
    }

    /** Whoever started it, or nobody has; does not wait for a look that is being taken. */
    void stop() {
        if (periodic != null) {
            periodic.cancel(false);
        }
    }
}
