package lumen.core.rtsp;

/**
 * A request that can't be served, with the status and the sequence number that the answer must carry: a
 * client shows an answer without a header as "malformed" instead of its code.
 */
public final class RtspException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final int cseq;

    public RtspException(int status, int cseq, String message) {
        super(message);
        this.status = status;
        this.cseq = cseq;
    }

    public int status() {
        return status;
    }

    /** The request's CSeq, 0 if it couldn't be read. */
    public int cseq() {
        return cseq;
    }

    /** The answer to send: status line and CSeq. */
    public RtspResponse response() {
        return RtspResponse.of(status, cseq);
    }
}
