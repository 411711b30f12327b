package lumen.plugin.testcard;

import lumen.card.CardState;
import lumen.spi.DisplayMode;
import lumen.spi.InputSink;

/** Records input and shows it on the card: pointer, held buttons, the last key or character. */
final class CardInput implements InputSink {
    private static final int BTN_LEFT = 0x110;

    private final CardDisplay display;
    private final DisplayMode mode;
    private int x;
    private int y;
    private int buttons;
    private boolean pointerSeen;
    private int lastKey;

    CardInput(CardDisplay display, DisplayMode mode) {
        this.display = display;
        this.mode = mode;
        x = mode.width() / 2;
        y = mode.height() / 2;
    }

    @Override
    public void key(int code, boolean down) {
        if (down) {
            lastKey = code;
        }
    }

    @Override
    public void text(int codePoint) {
        lastKey = CardState.TEXT + codePoint;
    }

    @Override
    public void pointerMove(int dx, int dy) {
        x = Math.clamp((long) x + dx, 0, mode.width() - 1);
        y = Math.clamp((long) y + dy, 0, mode.height() - 1);
        pointerSeen = true;
    }

    @Override
    public void pointerTo(int toX, int toY, int width, int height) {
        x = scale(toX, width, mode.width());
        y = scale(toY, height, mode.height());
        pointerSeen = true;
    }

    /** {@code at/of} of a length whose last pixel is {@code of/of}; a degenerate reference is the first pixel. */
    private static int scale(int at, int of, int pixels) {
        return of <= 0 ? 0 : Math.clamp(Math.round((double) at * (pixels - 1) / of), 0, pixels - 1);
    }

    @Override
    public void button(int code, boolean down) {
        int bit = code - BTN_LEFT;
        if (bit >= 0 && bit < 8) {
            buttons = down ? buttons | 1 << bit : buttons & ~(1 << bit);
            pointerSeen = true;
        }
    }

    /** A wheel moves the pointer by a pixel a notch, so that scrolling shows on the card too. */
    @Override
    public void scroll(int vertical, int horizontal) {
        pointerMove(notches(horizontal), -notches(vertical));
    }

    private static int notches(int distance) {
        int whole = distance / 120;
        return whole == 0 ? Integer.signum(distance) : whole;
    }

    @Override
    public void flush() {
        display.input(pointerSeen ? CardDisplay.pointer(x, y, buttons) : display.pointer(), lastKey);
    }

    @Override
    public void close() {
        flush();
    }
}
