package lumen.spi;

import java.util.List;

/**
 * A running capture: a mailbox that holds the newest frame only. Unless a method says otherwise it is
 * called on the session's video thread.
 */
public interface Capturer extends AutoCloseable {

    /** What the importers take, best first. Called before the first poll, and again to renegotiate. */
    void offer(List<ImportOffer> offers);

    /**
     * The newest frame not yet delivered, or {@code null}. Never blocks, allocates nothing. At most two
     * frames may be held unreleased.
     *
     * @throws BackendException if the capture has ended for good
     */
    CapturedFrame poll();

    /** {@code false} suspends capture at next to no cost; {@code true} resumes and drops what is stale. */
    void active(boolean on);

    @Override
    void close();
}
