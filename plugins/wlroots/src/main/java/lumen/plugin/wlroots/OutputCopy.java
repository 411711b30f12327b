package lumen.plugin.wlroots;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A conversation with the compositor that copies an output's frames into slots, one copy after the other. Runs on the
 * capture thread and allocates only when the shape of the frames changes.
 */
sealed interface OutputCopy permits Screencopy, ImageCopy {
    /** What is spoken, as in {@code ext-image-copy-capture-v1}. */
    String protocol();

    /** Begins to ask for the shape of the frames. */
    void begin();

    /** True once the compositor has told it. */
    boolean described();

    /**
     * Moves the conversation on.
     *
     * @return how long to wait for events, in milliseconds; negative: until one comes
     */
    int step(boolean active);

    /** Counts of one capture, any thread. */
    record Counts(AtomicLong frames, AtomicLong failed, AtomicLong reshaped) {
        Counts() {
            this(new AtomicLong(), new AtomicLong(), new AtomicLong());
        }
    }
}
