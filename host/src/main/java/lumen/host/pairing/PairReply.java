package lumen.host.pairing;

/** What a pairing request is answered with. */
public sealed interface PairReply {
    /** The phase went well: one hex element beside paired=1. */
    record Data(String element, String hex) implements PairReply {
    }

    /** Phase 4 held: the client is stored. */
    record Paired() implements PairReply {
    }

    /** Phase 4 didn't hold; which proof failed isn't told. */
    record NotPaired() implements PairReply {
    }

    /** Somebody else's attempt is pending. */
    record InProgress() implements PairReply {
    }

    /** XML error. */
    record Refused(int status, String message) implements PairReply {
    }
}
