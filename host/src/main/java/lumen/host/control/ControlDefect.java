package lumen.host.control;

/** What went wrong at the server itself, besides what ENet and the cipher count. */
public enum ControlDefect {
    /** A peer whose connect data or address belongs to no waiting session. */
    UNKNOWN_CLIENT,
    /** A peer of a waiting session that couldn't prove the key. */
    UNPROVEN_CLIENT,
    /** The socket refused a datagram. */
    SEND_FAILED,
    /** The socket failed to receive. */
    RECEIVE_FAILED,
    /** A message to a client that its send budget or state refused. */
    MESSAGE_REFUSED,
    /** A listener threw. */
    LISTENER_FAILED,
    /** A round of the server's loop threw. */
    LOOP_FAILED
}
