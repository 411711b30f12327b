package lumen.core.video;

/** Why a received video datagram or frame was not used, and what happened to those that were. */
public enum VideoDrop {
    /** Shorter than a header, longer than a shard, or not the length of an encrypted shard. */
    BAD_LENGTH,
    /** The tag of an encrypted shard is wrong. */
    FORGED,
    /** Not RTP version 2 with the extension bit, or a sum of shards that no code has. */
    BAD_HEADER,
    /** A frame that is already complete or given up. */
    OLD_FRAME,
    /** A frame number so far ahead that no live stream can have got there. */
    IMPLAUSIBLE_FRAME,
    /** A block of the current frame that is already complete. */
    OLD_BLOCK,
    /** A shard that is already there. */
    DUPLICATE,
    /** A shard that contradicts the first one of its block. */
    INCONSISTENT,
    /** A recovered shard whose flags are wrong. */
    BAD_RECOVERY,
    /** A complete frame whose header makes no sense. */
    BAD_FRAME_HEADER,
    /** A complete frame that couldn't be decoded: it comes before the first IDR or after a loss. */
    WAITING_FOR_IDR,
    /** A frame of which too many shards were lost (counted, not a datagram). */
    FRAME_LOST,
    /** Data shards that were computed from parity (counted, not a loss). */
    RECOVERED
}
