package lumen.host.control;

/** Why a registration's control stream is over. */
public enum DisconnectReason {
    /** The client ended the stream. */
    CLIENT_QUIT,
    /** The client fell silent. */
    TIMEOUT,
    /** Nobody with the right key connected in time. */
    NEVER_CONNECTED,
    /** The client sent what no client sends. */
    PROTOCOL_ERROR,
    /** This host ended the stream. */
    HOST
}
