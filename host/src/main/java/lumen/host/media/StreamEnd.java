package lumen.host.media;

/** Why a stream ended. */
public enum StreamEnd {
    /** The session closed it. */
    CLOSED,
    /** The client never told where its media shall go. */
    NO_PING,
    /** The display can't be captured, or no longer. */
    CAPTURE_FAILED,
    /** No importer is left that can take the display's frames. */
    NO_IMPORTER,
    /** No encoder is left. */
    NO_ENCODER,
    /** A defect of this program; the message says more. */
    INTERNAL_ERROR
}
