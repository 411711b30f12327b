package lumen.card;

import java.lang.foreign.MemorySegment;

/**
 * Paints cards into one buffer, touching only what differs from the card painted there before. One
 * thread at a time; a paint allocates nothing.
 */
public final class CardCanvas {
    private static final int MOVER = 0xff_b0_3a;
    private static final int TEXT = 0xe6_ec_f5;

    private final TestCard card;
    private final CardLayout at;
    private final Surface surface;
    private final int[] rows = new int[CardCode.ROWS];
    private final int[] paintedRows = new int[CardCode.ROWS];
    private boolean painted;
    private int moverX;
    private int pointerX = CardState.NO_POINTER;
    private int pointerY = CardState.NO_POINTER;

    CardCanvas(TestCard card, MemorySegment bgrx, int stride) {
        this.card = card;
        at = card.layout;
        surface = new Surface(bgrx, stride, at.width, at.height);
    }

    /** Paints a card. */
    public void paint(CardState state) {
        paint(state.counter(), state.timestampNanos(), state.pointerX(), state.pointerY(), state.buttons(), state.lastKey());
    }

    /** Paints a card; the arguments are those of {@link CardState}. */
    public void paint(int counter, long timestampNanos, int x, int y, int buttons, int lastKey) {
        if (!painted) {
            surface.copy(card.background, 0, 0, at.width, at.height);
        } else {
            restore(moverX, at.laneY, at.moverWidth(), at.laneHeight);
            restore(0, at.textY, at.width, 7 * at.textScale);
            if (pointerX != CardState.NO_POINTER) {
                int reach = at.pointerReach;
                restore(pointerX - reach - 1, pointerY - reach - 1, 2 * reach + 3, 2 * reach + 3);
            }
        }
        moverX = at.moverX(counter);
        surface.fill(moverX, at.laneY, at.moverWidth(), at.laneHeight, MOVER);
        surface.fill(moverX + at.moverWidth() / 2 - 1, at.laneY, 2, at.laneHeight, 0x20_16_08);
        caption(counter, timestampNanos, lastKey);
        boolean codeHidden = overCode(pointerX, pointerY);
        pointerX = x;
        pointerY = y;
        if (x != CardState.NO_POINTER) {
            pointer(buttons);
            CardBackground.corners(surface, at);
        }
        CardCode.write(rows, counter, timestampNanos, x, y, buttons, lastKey);
        code(!painted || codeHidden || overCode(x, y));
        painted = true;
    }

    private void restore(int x, int y, int w, int h) {
        surface.copy(card.background, x, y, w, h);
    }

    /** Frame number on the left, seconds in the middle, last key on the right. */
    private void caption(int counter, long timestampNanos, int lastKey) {
        int scale = at.textScale;
        int y = at.textY;
        // On the narrowest cards only the frame number and the key fit.
        boolean roomy = at.barsWidth >= 40 * Glyphs.ADVANCE * scale;
        int x = roomy ? surface.text("frame ", at.barsX, y, scale, TEXT) : at.barsX;
        surface.number(Integer.toUnsignedLong(counter), 10, 1, x, y, scale, TEXT);
        if (roomy) {
            x = at.width / 2 - 7 * Glyphs.ADVANCE * scale;
            x = surface.number(timestampNanos / 1_000_000_000L, 10, 1, x, y, scale, TEXT);
            x = surface.text(".", x, y, scale, TEXT);
            x = surface.number(Math.abs(timestampNanos / 1_000_000L % 1000), 10, 3, x, y, scale, TEXT);
            surface.text(" s", x, y, scale, TEXT);
        }
        x = at.barsX + at.barsWidth - (roomy ? 10 : 6) * Glyphs.ADVANCE * scale;
        if (roomy) {
            x = surface.text("key ", x, y, scale, TEXT);
        }
        if (lastKey == 0) {
            surface.text("-", x, y, scale, TEXT);
        } else if (lastKey >= CardState.TEXT) {
            surface.number(lastKey - CardState.TEXT, 16, 4, surface.text("u+", x, y, scale, MOVER), y, scale, MOVER);
        } else {
            surface.number(lastKey & 0xffff_ffffL, 10, 1, x, y, scale, MOVER);
        }
    }

    /** A cross hair, dark-rimmed so that it shows on every colour; a held button fills its middle. */
    private void pointer(int buttons) {
        int reach = at.pointerReach;
        int half = Math.max(0, reach / 16);
        int gap = reach / 4;
        for (int rim = 1; rim >= 0; rim--) {
            int rgb = rim == 1 ? 0 : 0x3c_ff_c8;
            int thick = 2 * (half + rim) + 1;
            int length = reach - gap + 2 * rim;
            surface.fill(pointerX - reach - rim, pointerY - half - rim, length, thick, rgb);
            surface.fill(pointerX + gap + 1 - rim, pointerY - half - rim, length, thick, rgb);
            surface.fill(pointerX - half - rim, pointerY - reach - rim, thick, length, rgb);
            surface.fill(pointerX - half - rim, pointerY + gap + 1 - rim, thick, length, rgb);
            if (buttons != 0) {
                surface.fill(pointerX - gap / 2 - rim, pointerY - gap / 2 - rim, gap / 2 * 2 + 1 + 2 * rim,
                        gap / 2 * 2 + 1 + 2 * rim, rim == 1 ? 0 : MOVER);
            } else {
                surface.fill(pointerX - rim, pointerY - rim, 1 + 2 * rim, 1 + 2 * rim, rgb);
            }
        }
    }

    private boolean overCode(int x, int y) {
        int reach = at.pointerReach + 1;
        return x != CardState.NO_POINTER
                && x + reach >= at.codeX && x - reach < at.codeX + CardCode.COLUMNS * at.block
                && y + reach >= at.codeY && y - reach < at.codeY + CardCode.ROWS * at.block;
    }

    /** The code goes on top of everything: a pointer over it must not spoil the reading. */
    private void code(boolean all) {
        int block = at.block;
        for (int row = 0; row < CardCode.ROWS; row++) {
            int changed = all ? -1 : rows[row] ^ paintedRows[row];
            while (changed != 0) {
                int bit = 31 - Integer.numberOfLeadingZeros(changed);
                changed &= ~(1 << bit);
                surface.fill(at.codeX + (31 - bit) * block, at.codeY + row * block, block, block,
                        (rows[row] >>> bit & 1) == 0 ? 0 : 0xff_ff_ff);
            }
            paintedRows[row] = rows[row];
        }
    }
}
