package lumen.card;

/** A 5×7 pixel font with the characters the card needs. */
final class Glyphs {
    static final int WIDTH = 5;
    static final int HEIGHT = 7;
    /** Columns from one character to the next. */
    static final int ADVANCE = 6;

    private static final long[] ROWS = new long[128];

    static {
        define('0', "01110 10001 10011 10101 11001 10001 01110");
        define('1', "00100 01100 00100 00100 00100 00100 01110");
        define('2', "01110 10001 00001 00010 00100 01000 11111");
        define('3', "11111 00010 00100 00010 00001 10001 01110");
        define('4', "00010 00110 01010 10010 11111 00010 00010");
        define('5', "11111 10000 11110 00001 00001 10001 01110");
        define('6', "00110 01000 10000 11110 10001 10001 01110");
        define('7', "11111 00001 00010 00100 01000 01000 01000");
        define('8', "01110 10001 10001 01110 10001 10001 01110");
        define('9', "01110 10001 10001 01111 00001 00010 01100");
        define('a', "00000 00000 01110 00001 01111 10001 01111");
        define('b', "10000 10000 10110 11001 10001 10001 11110");
        define('c', "00000 00000 01110 10000 10000 10001 01110");
        define('d', "00001 00001 01101 10011 10001 10001 01111");
        define('e', "00000 00000 01110 10001 11111 10000 01110");
        define('f', "00110 01001 01000 11100 01000 01000 01000");
        define('k', "10000 10000 10010 10100 11000 10100 10010");
        define('l', "01100 00100 00100 00100 00100 00100 01110");
        define('m', "00000 00000 11010 10101 10101 10001 10001");
        define('n', "00000 00000 10110 11001 10001 10001 10001");
        define('r', "00000 00000 10110 11001 10000 10000 10000");
        define('s', "00000 00000 01110 10000 01110 00001 11110");
        define('t', "01000 01000 11100 01000 01000 01001 00110");
        define('u', "00000 00000 10001 10001 10001 10011 01101");
        define('x', "00000 00000 10001 01010 00100 01010 10001");
        define('y', "00000 00000 10001 10001 01111 00001 01110");
        define('+', "00000 00100 00100 11111 00100 00100 00000");
        define('.', "00000 00000 00000 00000 00000 01100 01100");
        define('-', "00000 00000 00000 11111 00000 00000 00000");
    }

    private Glyphs() {
    }

    private static void define(char c, String rows) {
        long bits = 0;
        for (int i = 0; i < rows.length(); i++) {
            if (rows.charAt(i) != ' ') {
                bits = bits << 1 | rows.charAt(i) - '0';
            }
        }
        ROWS[c] = bits;
    }

    /** True if that pixel of the character is set. */
    static boolean set(char c, int x, int y) {
        return (ROWS[c] >>> (HEIGHT - 1 - y) * WIDTH + (WIDTH - 1 - x) & 1) != 0;
    }
}
