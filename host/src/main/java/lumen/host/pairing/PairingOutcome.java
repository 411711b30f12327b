package lumen.host.pairing;

/** What became of a PIN. */
public enum PairingOutcome {
    PAIRED("paired"),
    NOTHING_PENDING("no client waits for a PIN; start pairing on the client first"),
    BAD_PIN("a PIN is exactly four digits"),
    LOCKED("too many failed attempts; wait a minute"),
    REFUSED("not paired: the PIN was wrong, or the client gave up; start pairing on the client again"),
    TIMED_OUT("not paired: the client did not go on in time; start pairing on the client again");

    private final String words;

    PairingOutcome(String words) {
        this.words = words;
    }

    /** For the user. */
    public String words() {
        return words;
    }
}
