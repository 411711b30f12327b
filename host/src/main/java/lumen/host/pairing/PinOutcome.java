package lumen.host.pairing;

import java.util.concurrent.CompletionStage;

/** What became of a typed PIN. */
public sealed interface PinOutcome {
    /** Taken; the result follows within half a minute. */
    record Accepted(PendingPairing pairing, CompletionStage<PairingResult> result) implements PinOutcome {
    }

    /** No attempt waits, or not the one named. */
    record NonePending() implements PinOutcome {
        /** For the user. */
        public static final String WORDS = "no client waits for a PIN; start pairing on the client first";
    }

    /** Not four digits; may be typed again. */
    record Malformed() implements PinOutcome {
        /** For the user. */
        public static final String WORDS = "a PIN is exactly four digits";
    }
}
