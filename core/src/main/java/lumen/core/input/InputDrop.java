package lumen.core.input;

/** Why an input packet had no effect. */
public enum InputDrop {
    /** The size field and the packet disagree. */
    SIZE_MISMATCH,
    /** Shorter than its kind is. */
    TRUNCATED,
    /** A kind of packet nobody knows. */
    UNKNOWN_MAGIC,
    /** Text that isn't exactly one code point of UTF-8. */
    BAD_TEXT
}
