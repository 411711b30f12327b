package lumen.plugin.wlroots;

import lumen.plugin.wlroots.OutputCopy.Counts;
import lumen.spi.FrameSignal;
import lumen.wayland.WaylandException;

/**
 * The slot that the compositor is filling, from the pool to the mailbox, and how copies have gone so far: what is the same
 * whichever protocol has the slot filled. Capture thread; allocates nothing.
 */
final class SlotFilling {
    /** A copy fails while the output changes; so many in a row mean that it never will succeed. */
    private static final int MOST_FAILURES = 50;
    /** Time between a failed copy and the next try. */
    private static final long RETRY_NANOS = 20_000_000;

    private final SlotPool pool;
    private final FrameMailbox mailbox;
    private final FrameSignal signal;
    private final Counts counts;

    private ShmSlot slot;
    /** Nothing is known of what this frame replaces: everything in it is news. */
    private boolean whole = true;
    private int epoch;
    private int failures;
    private long retryAt;

    SlotFilling(SlotPool pool, FrameMailbox mailbox, FrameSignal signal, Counts counts) {
        this.pool = pool;
        this.mailbox = mailbox;
        this.signal = signal;
        this.counts = counts;
    }

    /** The slot being filled, or {@code null}. */
    ShmSlot slot() {
        return slot;
    }

    /** True if the next copy has to bring everything, changed or not. */
    boolean whole() {
        return whole;
    }

    /** The next copy has to bring everything. */
    void wantWhole() {
        whole = true;
    }

    /** True if the capture was resumed since the last call: a copy under way is stale then, and the next one is whole. */
    boolean resumed() {
        if (epoch == mailbox.epoch()) {
            return false;
        }
        epoch = mailbox.epoch();
        whole = true;
        return true;
    }

    /** How long to wait after a failure before the next try, in milliseconds; 0: not at all. */
    int pauseMillis() {
        long wait = failures == 0 ? 0 : retryAt - System.nanoTime();
        return wait > 0 ? (int) (wait / 1_000_000) + 1 : 0;
    }

    /** What made a copy fail may have passed. */
    void retryNow() {
        retryAt = System.nanoTime();
    }

    /** True if frames have another shape now than those before: then all of the next one is news. */
    boolean reshaped() {
        if (!pool.reshaped()) {
            return false;
        }
        counts.reshaped().incrementAndGet();
        whole = true;
        return true;
    }

    /** Takes a free slot; a whole copy damages all of it. */
    ShmSlot begin() {
        reshaped();
        slot = pool.next();
        if (whole) {
            slot.damage().add(0, 0, slot.width(), slot.height(), slot.width(), slot.height());
        }
        return slot;
    }

    /** Gives the slot up, if there is one. */
    void cancel() {
        if (slot != null) {
            slot.state(ShmSlot.FREE);
            slot = null;
        }
    }

    /**
     * The slot is filled: the video thread may have it.
     *
     * @param stampNanos the compositor's time; 0: it told none
     */
    void deliver(long stampNanos) {
        slot.stamp(stampNanos == 0 ? System.nanoTime() : stampNanos, epoch);
        ShmSlot done = slot;
        slot = null;
        whole = false;
        failures = 0;
        counts.frames().incrementAndGet();
        mailbox.put(done);
        signal.frameReady();
    }

    /**
     * A copy has failed; the next one is whole.
     *
     * @throws WaylandException if too many did in a row
     */
    void failed(String why) {
        whole = true;
        counts.failed().incrementAndGet();
        retryAt = System.nanoTime() + RETRY_NANOS;
        if (++failures > MOST_FAILURES) {
            throw new WaylandException(why + ", " + failures + " times in a row");
        }
    }

    /** A time as both protocols tell it: two halves of the seconds, and nanoseconds. */
    static long nanos(int secondsHigh, int secondsLow, int nanos) {
        long seconds = (long) secondsHigh << 32 | Integer.toUnsignedLong(secondsLow);
        return seconds * 1_000_000_000L + Integer.toUnsignedLong(nanos);
    }
}
