package lumen.core.control;

/**
 * Which sequence numbers were seen. A client counts one sequence over all its channels, so messages of
 * different channels arrive out of order, by as many as were sent while one channel waited for a
 * retransmission; the window is wide enough for a minute of a fast mouse.
 */
final class ReplayWindow {
    private static final int SIZE = 1 << 16;

    private final long[] seen = new long[SIZE / 64];
    /** One above the highest number seen. */
    private long end;

    /** True if the number is neither seen nor older than the window. Doesn't note it. */
    boolean fresh(long sequence) {
        return sequence >= end || end - sequence <= SIZE && (seen[word(sequence)] & bit(sequence)) == 0;
    }

    /** Notes a number for which {@link #fresh} was true and whose packet proved genuine. */
    void note(long sequence) {
        if (sequence - end >= SIZE) {
            java.util.Arrays.fill(seen, 0);
            end = sequence + 1;
        }
        while (end <= sequence) {
            seen[word(end)] &= ~bit(end);
            end++;
        }
        seen[word(sequence)] |= bit(sequence);
    }

    private static int word(long sequence) {
        return (int) (sequence % SIZE) / 64;
    }

    private static long bit(long sequence) {
        return 1L << sequence % 64;
    }
}
