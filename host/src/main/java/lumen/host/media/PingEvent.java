package lumen.host.media;

/** What became of the datagrams that came to a media port. */
public enum PingEvent {
    /** The first ping of a session. */
    FIRST,
    /** A later ping from the same place. */
    REPEATED,
    /** The client's address changed, and its stream with it. */
    MOVED,
    /** A change of address too soon after the last one: ignored. */
    MOVED_TOO_SOON,
    /** A counter that isn't larger than the last one: a replay, ignored. */
    STALE_COUNTER,
    /** No session has that payload. */
    UNKNOWN_PAYLOAD,
    /** No session waits for an old client at that address. */
    UNKNOWN_ADDRESS,
    /** Neither 4 nor at least 20 bytes, or other letters. */
    NO_PING
}
