package lumen.core.enet;

/**
 * Bytes one peer makes us hold. One fragmented message that is next in its channel may always be
 * assembled, so that a full budget can't keep a connection from going on.
 */
final class ReceiveBudget {
    /** What a held message costs besides its bytes. */
    private static final int OVERHEAD = 96;

    private final int limit;
    private int used;
    private boolean reserveTaken;

    ReceiveBudget(int limit) {
        this.limit = limit;
    }

    boolean take(int bytes) {
        if (used + bytes + OVERHEAD > limit) {
            return false;
        }
        used += bytes + OVERHEAD;
        return true;
    }

    void give(int bytes) {
        used -= bytes + OVERHEAD;
    }

    boolean takeReserve() {
        if (reserveTaken) {
            return false;
        }
        reserveTaken = true;
        return true;
    }

    void giveReserve() {
        reserveTaken = false;
    }

    int used() {
        return used;
    }
}
