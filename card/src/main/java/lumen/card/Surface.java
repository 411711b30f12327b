package lumen.card;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Drawing on 32-bit pixels in off-heap memory; everything is clipped to the picture. */
final class Surface {
    private static final ValueLayout.OfInt PIXEL = ValueLayout.JAVA_INT_UNALIGNED;

    final MemorySegment pixels;
    final int stride;
    final int width;
    final int height;

    Surface(MemorySegment pixels, int stride, int width, int height) {
        if (stride < 4 * width || pixels.byteSize() < (long) stride * (height - 1) + 4L * width) {
            throw new IllegalArgumentException("stride " + stride + " and " + pixels.byteSize() + " bytes don't hold "
                    + width + "x" + height + " pixels");
        }
        this.pixels = pixels;
        this.stride = stride;
        this.width = width;
        this.height = height;
    }

    void put(int x, int y, int rgb) {
        if (x >= 0 && y >= 0 && x < width && y < height) {
            pixels.set(PIXEL, (long) y * stride + 4L * x, rgb);
        }
    }

    int get(int x, int y) {
        return pixels.get(PIXEL, (long) y * stride + 4L * x);
    }

    void fill(int x, int y, int w, int h, int rgb) {
        int x0 = Math.max(0, x);
        int x1 = Math.min(width, x + w);
        int y1 = Math.min(height, y + h);
        for (int row = Math.max(0, y); row < y1; row++) {
            long at = (long) row * stride + 4L * x0;
            for (int column = x0; column < x1; column++, at += 4) {
                pixels.set(PIXEL, at, rgb);
            }
        }
    }

    /** Copies a rectangle from a surface of the same size. */
    void copy(Surface from, int x, int y, int w, int h) {
        int x0 = Math.max(0, x);
        int x1 = Math.min(width, x + w);
        int y1 = Math.min(height, y + h);
        if (x0 >= x1) {
            return;
        }
        for (int row = Math.max(0, y); row < y1; row++) {
            MemorySegment.copy(from.pixels, (long) row * from.stride + 4L * x0,
                    pixels, (long) row * stride + 4L * x0, 4L * (x1 - x0));
        }
    }

    void glyph(char c, int x, int y, int scale, int rgb) {
        for (int row = 0; row < Glyphs.HEIGHT; row++) {
            for (int column = 0; column < Glyphs.WIDTH; column++) {
                if (Glyphs.set(c, column, row)) {
                    fill(x + column * scale, y + row * scale, scale, scale, rgb);
                }
            }
        }
    }

    /** Draws text and returns the x after it. */
    int text(CharSequence text, int x, int y, int scale, int rgb) {
        for (int i = 0; i < text.length(); i++) {
            glyph(text.charAt(i), x, y, scale, rgb);
            x += Glyphs.ADVANCE * scale;
        }
        return x;
    }

    /** Draws an unsigned number and returns the x after it. */
    int number(long value, int radix, int minDigits, int x, int y, int scale, int rgb) {
        int digits = 1;
        for (long rest = Long.divideUnsigned(value, radix); rest != 0; rest = Long.divideUnsigned(rest, radix)) {
            digits++;
        }
        digits = Math.max(digits, minDigits);
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            int digit = (int) Long.remainderUnsigned(rest, radix);
            rest = Long.divideUnsigned(rest, radix);
            glyph((char) (digit < 10 ? '0' + digit : 'a' + digit - 10),
                    x + i * Glyphs.ADVANCE * scale, y, scale, rgb);
        }
        return x + digits * Glyphs.ADVANCE * scale;
    }
}
