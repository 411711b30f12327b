package lumen.spi;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * Keeps a driver whose bug ends the whole process from doing so at every start. An attempt is noted before it begins, and the
 * note is taken back afterwards; two notes in a row that stayed are enough. One thread.
 */
public final class CrashGuard {
    private static final String BEGUN = "begun ";
    private static final String BEGUN_AGAIN = "begun again ";

    private final Notes notes;
    private final String key;
    private final String fingerprint;
    private final String before;

    /**
     * @param key         where to note it, as in {@link Notes}
     * @param fingerprint what it may depend on, such as drivers' versions: with another one it is tried anew
     */
    public CrashGuard(Notes notes, String key, String fingerprint) {
        this.notes = Objects.requireNonNull(notes);
        this.key = Objects.requireNonNull(key);
        this.fingerprint = Objects.requireNonNull(fingerprint);
        this.before = notes.get(key).orElse("");
    }

    /** True if the last two attempts with this fingerprint ended the process. */
    public boolean barred() {
        return before.equals(BEGUN_AGAIN + fingerprint);
    }

    /**
     * Makes an attempt; what it returns or throws is passed on, and nothing is noted then. A process that ends in order
     * meanwhile leaves the note as it was before: no driver has ended it.
     *
     * @throws IllegalStateException if {@link #barred()}, or the process is ending already
     */
    public <T> T run(Supplier<T> attempt) {
        if (barred()) {
            throw new IllegalStateException(key + ": ended the process twice, on " + fingerprint);
        }
        Thread orderly = Thread.ofPlatform().unstarted(() -> notes.put(key, before));
        Runtime.getRuntime().addShutdownHook(orderly);
        try {
            notes.put(key, (before.equals(BEGUN + fingerprint) ? BEGUN_AGAIN : BEGUN) + fingerprint);
            try {
                return attempt.get();
            } finally {
                notes.put(key, "");
            }
        } finally {
            forget(orderly);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already; the hook puts back what was there before, which is true as well.
        }
    }
}
