package lumen.core.fec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * For each coefficient the products with 0..15 and with 0x00, 0x10..0xF0, 32 bytes together: 8 KB that
 * stay in the first-level cache, whatever the matrix. One copy for the life of the process.
 */
final class NibbleTables {
    /** Bytes of one coefficient's tables: low nibble, then high nibble. */
    static final int ENTRY = 32;
    /** {@code log2(ENTRY)}. */
    static final int ENTRY_SHIFT = 5;
    /** The tables, with room for a 64-byte load at the last entry. */
    static final MemorySegment TABLES = build();

    private NibbleTables() {
    }

    private static MemorySegment build() {
        MemorySegment tables = Arena.global().allocate(256L * ENTRY + 64, 64);
        for (int c = 0; c < 256; c++) {
            for (int n = 0; n < 16; n++) {
                tables.set(ValueLayout.JAVA_BYTE, (long) c * ENTRY + n, (byte) GaloisField256.multiply(c, n));
                tables.set(ValueLayout.JAVA_BYTE, (long) c * ENTRY + 16 + n, (byte) GaloisField256.multiply(c, n << 4));
            }
        }
        return tables;
    }
}
