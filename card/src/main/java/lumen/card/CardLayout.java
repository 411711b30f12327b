package lumen.card;

/**
 * Where things are on a card of a given size, in pixels. Edges of coded parts are even where there is
 * room, so that they fall on chroma samples.
 */
final class CardLayout {
    static final int MIN_WIDTH = 128;
    static final int MIN_HEIGHT = 96;
    static final int BARS = 8;
    /** Which of the 2×2 cells of a corner mark are white: bit 3 top left, 2 top right, 1 bottom left, 0 bottom right. */
    static final int[] CORNERS = {0b1110, 0b1001, 0b1000, 0b0101};

    final int width;
    final int height;
    /** Side of a corner mark's cell. */
    final int cell;
    final int block;
    final int codeX;
    final int codeY;
    final int barsX;
    final int barsY;
    final int barsWidth;
    final int barsHeight;
    final int greysHeight;
    final int titleY;
    final int titleScale;
    final int laneY;
    final int laneHeight;
    final int textY;
    final int textScale;
    final int pointerReach;

    CardLayout(int width, int height) {
        if (width < MIN_WIDTH || height < MIN_HEIGHT || width > 16_384 || height > 16_384) {
            throw new IllegalArgumentException("card of " + width + "x" + height + ", allowed: 128x96 to 16384x16384");
        }
        this.width = width;
        this.height = height;
        cell = Math.max(4, Math.min(width, height) / 40 & ~1);
        block = Math.clamp(Math.min(width / 64, height / 24) & ~1, 4, 24);
        int unit = Math.max(1, Math.min(width / 128, height / 96));
        textScale = Math.max(1, unit * 3 / 7);
        titleScale = Math.max(2, Math.min(height * 16 / 96 / 8, width / 64));
        titleY = height * 11 / 96;
        barsX = 2 * cell;
        barsWidth = width - 4 * cell;
        barsY = height * 30 / 96 & ~1;
        barsHeight = height * 9 / 96 & ~1;
        greysHeight = height * 5 / 96;
        laneY = height * 46 / 96;
        laneHeight = Math.max(4, height * 5 / 96);
        textY = height * 53 / 96;
        int textEnd = textY + 8 * textScale;
        codeX = (width - CardCode.COLUMNS * block) / 2 & ~1;
        codeY = (textEnd + (height - 2 * cell - textEnd - CardCode.ROWS * block) / 2) & ~1;
        pointerReach = Math.clamp(height / 24, 6, 48);
    }

    int cornerX(int corner) {
        return (corner & 1) == 0 ? 0 : width - 2 * cell;
    }

    int cornerY(int corner) {
        return corner < 2 ? 0 : height - 2 * cell;
    }

    int barLeft(int bar) {
        return barsX + barsWidth * bar / BARS;
    }

    /** BGRx colour of a 75 % bar: white, yellow, cyan, green, magenta, red, blue, black. */
    static int barColor(int bar) {
        int on = 7 - bar;
        return ((on >> 1 & 1) * 191) << 16 | ((on >> 2 & 1) * 191) << 8 | (on & 1) * 191;
    }

    /** The grey steps from black to white, both included, so that clipping and wrong ranges show. */
    static int greyColor(int step) {
        return 255 * step / (BARS - 1) * 0x01_01_01;
    }

    /** Left edge of the mover on its lane: back and forth, once each way in about 2.7 s at 60 Hz. */
    int moverX(int counter) {
        int span = Math.max(1, barsWidth - moverWidth());
        int step = Math.max(1, width / 160);
        int at = (int) (Integer.toUnsignedLong(counter) * step % (2L * span));
        return barsX + (at < span ? at : 2 * span - at);
    }

    int moverWidth() {
        return Math.max(8, width / 10);
    }
}
