package lumen.core.enet;

/** Why bytes from the network had no effect, or bytes for the network weren't taken. */
public enum EnetDrop {
    /** Shorter than its header. */
    RUNT_DATAGRAM,
    /** Longer than the largest ENet datagram. */
    OVERSIZE_DATAGRAM,
    /** Claims to be compressed, which nobody negotiated. */
    COMPRESSED_DATAGRAM,
    /** For a peer index without a connection. */
    UNKNOWN_PEER,
    /** From an earlier connection in the same slot. */
    WRONG_SESSION,
    /** A command type that doesn't exist. */
    UNKNOWN_COMMAND,
    /** A command that runs past the end of its datagram. */
    TRUNCATED_COMMAND,
    /** A command that the connection's state doesn't allow. */
    WRONG_STATE,
    /** CONNECT with impossible numbers. */
    BAD_CONNECT,
    /** CONNECT that repeats one being answered. */
    DUPLICATE_CONNECT,
    /** CONNECT while every slot holds a live connection. */
    NO_FREE_SLOT,
    /** A half-open connection gave way to a newer CONNECT. */
    HALF_OPEN_EVICTED,
    /** For a channel that wasn't granted. */
    BAD_CHANNEL,
    /** An acknowledgement for nothing in flight; ordinary after a retransmission. */
    STRAY_ACKNOWLEDGEMENT,
    /** A command that was processed before. */
    DUPLICATE,
    /** A reliable sequence number too far ahead or long past. */
    OUT_OF_WINDOW,
    /** An unreliable message that a newer one has overtaken. */
    STALE_UNRELIABLE,
    /** A fragment that contradicts itself or its siblings. */
    BAD_FRAGMENT,
    /** A message over the size limit. */
    MESSAGE_TOO_LARGE,
    /** The peer's receive budget is used up; not acknowledged, so it comes again. */
    RECEIVE_BUDGET,
    /** Unreliable fragments, which no GameStream client sends. */
    UNRELIABLE_FRAGMENT,
    /** A disconnect from an address that isn't the peer's. */
    FOREIGN_DISCONNECT,
    /** More acknowledgements owed than are kept between two polls. */
    ACKNOWLEDGEMENT_OVERFLOW,
    /** A message of ours that didn't fit the send budget. */
    SEND_BUDGET
}
