package lumen.spi;

/**
 * The part of a frame that differs from the frame before, as one bounding rectangle in pixels, clipped
 * to the frame. Mutable and reused by its capturer; valid until the frame is released.
 */
public final class Damage {
    private int x;
    private int y;
    private int width;
    private int height;

    public int x() {
        return x;
    }

    public int y() {
        return y;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** True if nothing changed. */
    public boolean isEmpty() {
        return width == 0 || height == 0;
    }

    /** Nothing changed. */
    public void clear() {
        x = y = width = height = 0;
    }

    /** Grows to include a rectangle, which is clipped to a frame of the given size. */
    public void add(int left, int top, int rectWidth, int rectHeight, int frameWidth, int frameHeight) {
        long x0 = Math.clamp(left, 0, frameWidth);
        long y0 = Math.clamp(top, 0, frameHeight);
        long x1 = Math.clamp((long) left + Math.max(0, rectWidth), 0L, (long) frameWidth);
        long y1 = Math.clamp((long) top + Math.max(0, rectHeight), 0L, (long) frameHeight);
        if (x1 <= x0 || y1 <= y0) {
            return;
        }
        if (!isEmpty()) {
            x1 = Math.max(x1, (long) x + width);
            y1 = Math.max(y1, (long) y + height);
            x0 = Math.min(x0, x);
            y0 = Math.min(y0, y);
        }
        x = (int) x0;
        y = (int) y0;
        width = (int) (x1 - x0);
        height = (int) (y1 - y0);
    }
}
