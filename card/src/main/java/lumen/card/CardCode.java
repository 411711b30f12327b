package lumen.card;

/**
 * The machine-readable part of the card: 6 rows of 32 bits, each a black or white block. Row by row:
 * counter; timestamp (high, low); pointer x and y; last key; magic, buttons and the checksum of all before.
 */
final class CardCode {
    static final int COLUMNS = 32;
    static final int ROWS = 6;
    private static final int MAGIC = 0xa5;

    private CardCode() {
    }

    static void write(int[] rows, int counter, long timestampNanos, int x, int y, int buttons, int lastKey) {
        rows[0] = counter;
        rows[1] = (int) (timestampNanos >>> 32);
        rows[2] = (int) timestampNanos;
        rows[3] = x << 16 | y & 0xffff;
        rows[4] = lastKey;
        int head = MAGIC << 24 | (buttons & 0xff) << 16;
        rows[5] = head | checksum(rows, head);
    }

    static boolean valid(int[] rows) {
        int head = rows[5] & 0xffff_0000;
        return rows[5] >>> 24 == MAGIC && (rows[5] & 0xffff) == checksum(rows, head);
    }

    static CardState state(int[] rows) {
        return new CardState(rows[0], (long) rows[1] << 32 | rows[2] & 0xffff_ffffL, rows[3] >>> 16,
                rows[3] & 0xffff, rows[5] >>> 16 & 0xff, rows[4]);
    }

    /** CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xffff) of the first five rows and the head of the last. */
    private static int checksum(int[] rows, int head) {
        int crc = 0xffff;
        for (int row = 0; row < ROWS; row++) {
            int word = row < 5 ? rows[row] : head;
            for (int shift = 24; shift >= (row < 5 ? 0 : 16); shift -= 8) {
                crc ^= (word >>> shift & 0xff) << 8;
                for (int bit = 0; bit < 8; bit++) {
                    crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
                }
                crc &= 0xffff;
            }
        }
        return crc;
    }
}
