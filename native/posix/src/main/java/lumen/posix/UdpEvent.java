package lumen.posix;

/** What can happen to datagrams on their way in or out; one counter each. */
public enum UdpEvent {
    /** Datagrams handed to the kernel. */
    SENT,
    /** Calls for that. */
    SEND_CALLS,
    /** Datagrams received. */
    RECEIVED,
    /** Datagrams received that were longer than the buffer. */
    TRUNCATED,
    /** The kernel or a path refuses to cut buffers (UDP_SEGMENT); from then on one message a datagram. */
    GSO_REFUSED,
    /** Longer than the path allows (EMSGSIZE): dropped. */
    TOO_LARGE,
    /** The send buffer was full (EAGAIN, ENOBUFS); waited. */
    BUFFER_FULL,
    /** The send buffer stayed full: dropped. */
    BUFFER_FULL_DROPPED,
    /** A send call failed and was made again, to learn why. */
    REPEATED,
    /** The other end has no such port (ECONNREFUSED); tried again. */
    REFUSED,
    /** No route, host or interface for the destination or source address: dropped. */
    UNREACHABLE,
    /** A firewall forbids it (EPERM, EACCES): dropped. */
    FORBIDDEN,
    /** Another error: dropped. */
    OTHER_ERROR
}
