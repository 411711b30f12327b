package lumen.host.pairing;

/** How an attempt ended. */
public enum PairingResult {
    /** Stored. */
    PAIRED,
    /** A proof failed or the client gave up after the PIN was typed: most likely a wrong PIN. */
    FAILED,
    /** Ended before a PIN was typed. */
    ABANDONED;

    /** What to tell the user of any result but {@link #PAIRED}. */
    public static final String NOT_PAIRED =
        "not paired: the PIN was wrong, or the client gave up; start pairing on the client again";
}
