package lumen.core.audio;

/** Why a received audio datagram was not used, and what happened to those that were. */
public enum AudioDrop {
    /** Shorter than its headers or longer than any audio datagram. */
    BAD_LENGTH,
    /** Not RTP version 2, an unknown packet type, a third parity packet, a block that begins in between. */
    BAD_HEADER,
    /** Its block has been played or given up. */
    OLD,
    /** Further ahead than a live stream can have got. */
    IMPLAUSIBLE_SEQUENCE,
    /** Already there. */
    DUPLICATE,
    /** A payload of another length than the others of its block. */
    INCONSISTENT,
    /** Padding wrong after decryption. */
    FORGED,
    /** Packets computed from parity (counted, not a loss). */
    RECOVERED,
    /** Packets that were lost for good. */
    LOST
}
