package lumen.core.sdp;

/** A wish that the host can't fulfil: 400 for a bad or unavailable value, 403 for the encryption policy. */
public final class SdpException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    public SdpException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** RTSP status to answer with. */
    public int status() {
        return status;
    }
}
