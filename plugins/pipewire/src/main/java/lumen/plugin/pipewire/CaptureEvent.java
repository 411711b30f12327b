package lumen.plugin.pipewire;

/** What happens to a capture's buffers. */
enum CaptureEvent {
    /** Pictures handed to the video thread. */
    DELIVERED,
    /** Pictures that a newer one replaced before the video thread came. */
    OVERTAKEN,
    /** Buffers that brought a new cursor and no picture. */
    CURSOR_ONLY,
    /** Formats agreed on. */
    FORMATS,
    /** Formats that can't be. */
    BAD_FORMAT,
    /** The producer marked the picture as broken. */
    CORRUPTED,
    /** Buffers without memory, or with a number of planes or descriptors that can't be. */
    BAD_BUFFER,
    /** Rows that overlap, or none at all. */
    BAD_STRIDE,
    /** Buffers that the producer used again before they were given back. */
    IN_USE,
    /** A picture that reaches beyond its buffer. */
    BAD_SIZE,
    /** A cursor that reaches beyond its metadata. */
    BAD_CURSOR;

    String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
