package lumen.plugin.zerocopy.egl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.spi.CursorState;

/** A pointer that moves: 6 by 5 pixels of all sorts of alpha. */
final class Pointer implements CursorState {
    static final int WIDTH = 6;
    static final int HEIGHT = 5;
    private final MemorySegment pixels = Arena.ofAuto().allocate(WIDTH * HEIGHT * 4L, 4);
    private long serial = 1;
    private boolean visible = true;
    private int x;
    private int y;

    Pointer() {
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int alpha = i * 255 / (WIDTH * HEIGHT - 1);
            int blue = alpha * 200 / 255;
            int green = alpha * 100 / 255;
            int red = alpha * 30 / 255;
            pixels.setAtIndex(ValueLayout.JAVA_INT, i, alpha << 24 | red << 16 | green << 8 | blue);
        }
    }

    Pointer to(int left, int top) {
        x = left;
        y = top;
        serial++;
        return this;
    }

    Pointer visible(boolean on) {
        visible = on;
        serial++;
        return this;
    }

    /** The word of the bitmap at a place in the picture; 0 where there is none. */
    int over(int px, int py) {
        return px < x || py < y || px >= x + WIDTH || py >= y + HEIGHT ? 0
                : pixels.getAtIndex(ValueLayout.JAVA_INT, (long) (py - y) * WIDTH + px - x);
    }

    @Override
    public long serial() {
        return serial;
    }

    @Override
    public boolean visible() {
        return visible;
    }

    @Override
    public int x() {
        return x;
    }

    @Override
    public int y() {
        return y;
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int height() {
        return HEIGHT;
    }

    @Override
    public MemorySegment pixels() {
        return pixels;
    }
}
