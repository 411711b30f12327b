package lumen.client;

import lumen.core.input.InputEvent;

/** Something to do at a time after the first picture. */
public sealed interface TimedInput {

    /** Milliseconds after the first picture of the cycle. */
    long atMillis();

    /** An input event for the host. */
    record Event(long atMillis, InputEvent event) implements TimedInput {
    }

    /** Asks the host for an IDR frame. */
    record RequestIdr(long atMillis) implements TimedInput {
    }
}
