package lumen.host.http;

import java.util.concurrent.atomic.LongAdder;

/** Connections that ended without an answer, or with an error for bytes that are no request, by reason. */
public final class HttpCounters {
    final LongAdder malformed = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    final LongAdder broken = new LongAdder();

    /** Requests that can't be read, over-long ones included. */
    public long malformed() {
        return malformed.sum();
    }

    /** Connections without a whole header in time, or idle too long. */
    public long timedOut() {
        return timedOut.sum();
    }

    /** Connections reset, or with a failed TLS handshake. */
    public long broken() {
        return broken.sum();
    }
}
