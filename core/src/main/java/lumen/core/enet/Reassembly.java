package lumen.core.enet;

import java.util.BitSet;

/** A message of which fragments have arrived. */
final class Reassembly {
    final int count;
    final byte[] message;
    /** It stands in the reserve outside the budget, see {@link ReceiveBudget}. */
    final boolean reserved;
    private final BitSet arrived;
    private int missing;

    Reassembly(int count, int total, boolean reserved) {
        this.count = count;
        this.message = new byte[total];
        this.reserved = reserved;
        arrived = new BitSet(count);
        missing = count;
    }

    /** Takes a fragment whose numbers have been checked; false if it was there. */
    boolean add(int number, byte[] from, int at, int length, int offset) {
        if (arrived.get(number)) {
            return false;
        }
        arrived.set(number);
        missing--;
        System.arraycopy(from, at, message, offset, length);
        return true;
    }

    boolean complete() {
        return missing == 0;
    }
}
