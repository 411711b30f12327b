package lumen.host.media;

/**
 * When the next IDR may be made: one that is owed at once, those that clients ask for no oftener than an interval. Video
 * thread only; times are {@link System#nanoTime}.
 */
final class IdrSchedule {
    private final long intervalNanos;
    private boolean owed;
    private boolean made;
    private long lastNanos;

    /** @param intervalNanos shortest time between two IDRs */
    IdrSchedule(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /** The stream can't go on without one, whoever asks. */
    void owe() {
        owed = true;
    }

    /** @param asked true if the client wants one */
    boolean pending(boolean asked) {
        return owed || asked;
    }

    /** True if one is wanted and the last is long enough ago. */
    boolean due(long now, boolean asked) {
        return pending(asked) && untilAllowed(now) <= 0;
    }

    /** Nanoseconds until the next may be made; not positive: now. */
    long untilAllowed(long now) {
        return made ? lastNanos + intervalNanos - now : 0;
    }

    /** One leaves for the client. */
    void made(long now) {
        owed = false;
        made = true;
        lastNanos = now;
    }

    /** One that can't be sent: another is owed, but no sooner than if it had been. */
    void wasted(long now) {
        owed = true;
        made = true;
        lastNanos = now;
    }
}
