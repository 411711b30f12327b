package lumen.plugin.pipewire;

/**
 * Where the loop's thread leaves the newest frame for the video thread: room for one, a newer one takes the place of what was
 * not fetched. Of a node that must not be paused, the newest frame stays after its reader has done with it, as long as none
 * came after, for the stream that resumes. Guarded by the loop's lock; allocates nothing.
 */
final class FrameMailbox {
    private final CaptureCounters counters;
    private final boolean keepsLatest;
    private CaptureBuffer pending;
    private CaptureBuffer latest;

    /** @param keepsLatest the node is not to be paused */
    FrameMailbox(CaptureCounters counters, boolean keepsLatest) {
        this.counters = counters;
        this.keepsLatest = keepsLatest;
    }

    /** Leaves a new frame; those that it replaces go back to the stream. */
    void put(CaptureBuffer frame) {
        if (pending != null) {
            counters.count(CaptureEvent.OVERTAKEN);
            pending.giveBack();
        }
        if (latest != null) {
            latest.giveBack();
            latest = null;
        }
        pending = frame;
    }

    /** True if the frame waits to be fetched. */
    boolean holds(CaptureBuffer frame) {
        return pending == frame;
    }

    /** Fetches the frame that waits, or {@code null}. */
    CaptureBuffer take() {
        CaptureBuffer frame = pending;
        pending = null;
        return frame;
    }

    /** The frame's reader has done with it: it goes back to the stream unless it is kept. */
    void done(CaptureBuffer frame) {
        if (!keep(frame)) {
            frame.giveBack();
        }
    }

    /** True if the frame shows what the node shows and is kept for whoever resumes. */
    private boolean keep(CaptureBuffer frame) {
        if (!keepsLatest || frame.address() == 0 || pending != null
                || latest != null && latest.timestampNanos() > frame.timestampNanos()) {
            return false;
        }
        if (latest != null) {
            latest.giveBack();
        }
        latest = frame;
        return true;
    }

    /** Has the frame that was kept fetched again, unless a newer one waits; answers what waits then, or {@code null}. */
    CaptureBuffer resume() {
        if (pending == null) {
            pending = latest;
            latest = null;
        }
        return pending;
    }

    /** Gives the frame that waits back to the stream. */
    void clear() {
        if (pending != null) {
            pending.giveBack();
            pending = null;
        }
    }

    /** The stream has dropped the buffer. */
    void forget(CaptureBuffer buffer) {
        if (pending == buffer) {
            pending = null;
        }
        if (latest == buffer) {
            latest = null;
        }
    }
}
