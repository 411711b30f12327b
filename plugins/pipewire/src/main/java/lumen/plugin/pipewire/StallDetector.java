package lumen.plugin.pipewire;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Tells when a link to a producer brings no pictures and won't, and why. Reads no clock: times are those of
 * {@link System#nanoTime}, given by the caller. Guarded by the loop's lock; allocates nothing but for the reason.
 */
final class StallDetector {
    static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** KWin 6.3 without a linear layout renegotiates for ever, 27 to 100 times a second. */
    static final int MAX_FORMATS = 5;
    /** Pictures in a row that don't fit their buffers: not the odd one out. */
    static final int MANY_UNUSABLE = 10;

    private final CaptureCounters counters;
    private int formatsSinceFrame;
    private int unusablePictures;
    private long unusableNanos;
    private long negotiatingNanos;
    private boolean everStreamed;
    private String linkError = "";

    /** @param counters told in the reason */
    StallDetector(CaptureCounters counters) {
        this.counters = counters;
    }

    /** A new link is made. */
    void connecting(long now) {
        formatsSinceFrame = 0;
        unusablePictures = 0;
        linkError = "";
        everStreamed = false;
        negotiatingNanos = now;
    }

    /** Importers have said anew what they take. */
    void offered() {
        formatsSinceFrame = 0;
    }

    /** Something begins that is to end with pictures: the time it may take begins again. */
    void waiting(long now) {
        negotiatingNanos = now;
    }

    /** A format was agreed on; true if that was one too many. */
    boolean formatAgreed() {
        return ++formatsSinceFrame == MAX_FORMATS + 1;
    }

    void streaming() {
        everStreamed = true;
    }

    /** The link has broken, for that reason; true unless that is known. */
    boolean linkBroke(String error) {
        boolean news = linkError.isEmpty();
        if (news) {
            linkError = error;
        }
        return news;
    }

    boolean linkBroken() {
        return !linkError.isEmpty();
    }

    /** A sound picture has come. */
    void picture() {
        formatsSinceFrame = 0;
        unusablePictures = 0;
    }

    /** A picture has come that can't be used. */
    void unusable(long now) {
        if (unusablePictures++ == 0) {
            unusableNanos = now;
        }
    }

    /**
     * Why another offer has to be made, if so.
     *
     * @param on    pictures are wanted now
     * @param state the link's, in words
     */
    Optional<String> reason(long now, boolean on, BufferTable buffers, String state) {
        if (linkBroken()) {
            return Optional.of(linkError);
        }
        if (!on) {
            return Optional.empty();
        }
        if (formatsSinceFrame > MAX_FORMATS) {
            return Optional.of("formats were negotiated " + formatsSinceFrame + " times without a picture");
        }
        if (buffers.usable() == 0 && buffers.refused() > 0) {
            return Optional.of("none of its " + buffers.refused() + " buffers is usable");
        }
        if (unusablePictures >= MANY_UNUSABLE && now - unusableNanos > STUCK_NANOS) {
            return Optional.of("no picture of the last " + unusablePictures + " is usable (" + counters.report() + ")");
        }
        if ((!everStreamed || buffers.usable() == 0) && now - negotiatingNanos > STUCK_NANOS) {
            return Optional.of("the link is stuck for " + STUCK_NANOS / 1_000_000_000L + " s (" + state + ")");
        }
        return Optional.empty();
    }
}
