package lumen.host.rtsp;

import java.util.concurrent.atomic.LongAdder;

/** Connections that came to nothing, by reason. */
public final class RtspCounters {
    final LongAdder noTicket = new LongAdder();
    final LongAdder wrongKey = new LongAdder();
    final LongAdder replayed = new LongAdder();
    final LongAdder plainOnEncrypted = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    final LongAdder broken = new LongAdder();

    /** Plain requests from an address without a pending launch. */
    public long noTicket() {
        return noTicket.sum();
    }

    /** Frames that no pending launch's key opens. */
    public long wrongKey() {
        return wrongKey.sum();
    }

    /** Frames whose sequence number came before. */
    public long replayed() {
        return replayed.sum();
    }

    /** Plain requests from an address whose launches are all encrypted. */
    public long plainOnEncrypted() {
        return plainOnEncrypted.sum();
    }

    public long malformed() {
        return malformed.sum();
    }

    public long timedOut() {
        return timedOut.sum();
    }

    public long broken() {
        return broken.sum();
    }
}
