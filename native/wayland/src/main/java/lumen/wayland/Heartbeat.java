package lumen.wayland;

import java.util.concurrent.TimeUnit;

/**
 * Finds out that a compositor has stopped answering, which looks like a screen that never changes: after a while of
 * silence it is asked, and has to answer in time. One thread; allocates nothing.
 */
public final class Heartbeat {
    /** Silence after which the compositor is asked. */
    private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** A desktop may be stuck in a driver or a disk for a while; one that is silent for longer is of no use to a stream. */
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final WaylandConnection connection;
    private final Proxy answer;
    private long heardAt;
    private boolean asked;
    private long askedAt;

    public Heartbeat(WaylandConnection connection) {
        this.connection = connection;
        // Asked once here, so that from now on the object is free to be used again whenever an answer has come.
        answer = connection.display().child(WaylandProtocol.CALLBACK, (o, opcode, e) -> asked = false);
        ask(System.nanoTime());
        heardAt = askedAt;
    }

    private void ask(long now) {
        connection.display().request(WaylandProtocol.DISPLAY_SYNC).newId(answer).send();
        asked = true;
        askedAt = now;
    }

    /** Nobody waits for anything: silence from now on counts anew. */
    public void rest() {
        heardAt = System.nanoTime();
        askedAt = heardAt;
    }

    /**
     * Dispatches for at most {@code waitMillis} (negative: until events come).
     *
     * @throws WaylandException if the compositor does not answer
     */
    public void dispatch(int waitMillis) {
        long now = System.nanoTime();
        long due = (asked ? askedAt + LIMIT_NANOS : heardAt + ASK_NANOS) - now;
        if (due <= 0) {
            if (asked) {
                throw new WaylandException("the compositor has not answered for " + TimeUnit.NANOSECONDS.toSeconds(LIMIT_NANOS)
                        + " s");
            }
            if (answer.free()) {
                connection.renew(answer);
                ask(now);
            }
            due = LIMIT_NANOS;
        }
        int millis = (int) (due / 1_000_000) + 1;
        if (connection.dispatch(waitMillis < 0 ? millis : Math.min(waitMillis, millis))) {
            heardAt = System.nanoTime();
        }
    }
}
