package lumen.core.enet;

/** Tells new unsequenced groups from repeated ones: 1024 bits that move forward by whole windows. */
final class UnsequencedWindow {
    private static final int SIZE = 1024;
    private static final int WINDOWS_AHEAD = 32;

    private final long[] seen = new long[SIZE / 64];
    private int start;

    /** True if the group is new; it counts as seen from now on. */
    boolean accept(int group) {
        int index = group % SIZE;
        int distance = group < start ? group + 0x10000 : group;
        if (distance >= start + WINDOWS_AHEAD * SIZE) {
            return false;
        }
        if (group - index != start) {
            start = group - index;
            java.util.Arrays.fill(seen, 0);
        }
        long bit = 1L << index % 64;
        if ((seen[index / 64] & bit) != 0) {
            return false;
        }
        seen[index / 64] |= bit;
        return true;
    }
}
