package lumen.core.pairing;

/**
 * A pairing that can't go on. The machine that threw it has forgotten its secrets and accepts nothing more.
 */
public final class PairingException extends Exception {
    private static final long serialVersionUID = 1;

    /** Why a pairing ended. */
    public enum Reason {
        /** A phase was repeated, skipped or came after the end. */
        OUT_OF_ORDER,
        /** A field is no hex, or has a length that the phase doesn't have. */
        MALFORMED_FIELD,
        /** The peer's certificate is not exactly one RSA certificate of at least 2048 bits in PEM. */
        BAD_CERTIFICATE,
        /** The PIN is not four ASCII digits. */
        MALFORMED_PIN,
        /** Client side: the host knows another PIN. */
        WRONG_PIN,
        /** Client side: the host's signature doesn't belong to the certificate it sent. */
        BAD_SIGNATURE,
        /** A phase came after its time. */
        EXPIRED
    }

    private final Reason reason;

    public PairingException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
