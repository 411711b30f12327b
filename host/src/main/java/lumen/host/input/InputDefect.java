package lumen.host.input;

/** Why an input event had no effect, or not its own. */
public enum InputDefect {
    /** Pads, touch and pens, which no sink takes. */
    UNSUPPORTED_DEVICE,
    /** A virtual key without an evdev code. */
    UNKNOWN_KEY,
    /** A mouse button beyond the fifth. */
    UNKNOWN_BUTTON,
    /** Down although it was down. */
    REPEATED_PRESS,
    /** Up although it wasn't down. */
    REPEATED_RELEASE,
    /** A position without a reference size. */
    NO_REFERENCE_SIZE,
    /** The sink threw. */
    SINK_FAILED,
    /** The sink is too slow: the event was dropped, and everything is released when the sink catches up. */
    QUEUE_FULL
}
