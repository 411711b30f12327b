package lumen.host.pairing;

/** How an attempt ended. */
public enum PairingResult {
    /** Stored. */
    PAIRED,
    /** A proof failed or the client gave up after the PIN was typed: most likely a wrong PIN. */
    FAILED,
    /** Ended before a PIN was typed. */
    ABANDONED
}
