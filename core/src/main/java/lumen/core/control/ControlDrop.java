package lumen.core.control;

/** Why a control packet or message had no effect. */
public enum ControlDrop {
    /** Shorter than a packet can be. */
    RUNT,
    /** Not encrypted. */
    UNENCRYPTED,
    /** The length field and the packet disagree. */
    LENGTH_MISMATCH,
    /** The tag is wrong: another key, or not from the client. */
    BAD_TAG,
    /** A sequence number that was used before, or so old that nobody can tell. */
    REPLAYED,
    /** A message's length field and its payload disagree. */
    PAYLOAD_MISMATCH,
    /** A payload shorter than its type needs. */
    SHORT_PAYLOAD,
    /** A type nobody knows in this direction. */
    UNKNOWN_TYPE,
    /** An input packet that can't be right. */
    BAD_INPUT,
    /** An encrypted packet inside an encrypted one. */
    NESTED
}
