package lumen.spi;

import java.util.List;
import java.util.Map;

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

    /**
     * The pointer, if frames come without it. A change of it alone delivers no frame: {@link #poll()} answers
     * {@code null} and the cursor's serial has risen.
     */
    default CursorState cursor() {
        return CursorState.NONE;
    }

    /** {@code false} suspends capture at next to no cost; {@code true} resumes and drops what is stale. */
    void active(boolean on);

    /** True once the source is set up: frames come whenever something changes. Until then a deadline runs. Any thread. */
    default boolean running() {
        return true;
    }

    /**
     * True if this capture may be suspended by {@link #active} when its stream ends, and be taken over by the next
     * stream's thread, which calls {@link #offer} and {@code active(true)}. Else it is closed with its stream.
     */
    default boolean keepable() {
        return false;
    }

    /** What this capture waits for or was given, in words, such as the negotiated format. Any thread. */
    default String state() {
        return "";
    }

    /** Counts of what happened, frames and each kind of dropped buffer among them. Any thread. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    void close();
}
