package lumen.card;

import java.lang.foreign.Arena;

/** The still part of the card, painted once a size: grid, ring, name, resolution, bars and corner marks. */
final class CardBackground {
    private static final int BARS_FRAME = 0x0a_0d_13;
    private static final int TITLE = 0xff_d4_84;
    private static final int SUBTITLE = 0x9a_a7_bd;

    private CardBackground() {
    }

    static Surface paint(CardLayout at, Arena arena) {
        int stride = (at.width * 4 + 63) & ~63;
        Surface s = new Surface(arena.allocate((long) stride * at.height, 64), stride, at.width, at.height);
        ground(s, at);
        ring(s, at);
        bars(s, at);
        labels(s, at);
        s.fill(at.barsX, at.laneY, at.barsWidth, at.laneHeight, BARS_FRAME);
        corners(s, at);
        return s;
    }

    /** A night-blue slope with a grid as wide as two code blocks. */
    private static void ground(Surface s, CardLayout at) {
        int pitch = 2 * at.block;
        for (int y = 0; y < at.height; y++) {
            int rgb = slope(0x10_15_1f, 0x26_33_4d, y, at.height);
            s.fill(0, y, at.width, 1, rgb);
            int line = rgb + 0x08_0a_0e;
            if ((y - at.height / 2) % pitch == 0) {
                s.fill(0, y, at.width, 1, line);
            }
            for (int x = at.width / 2 % pitch; x < at.width; x += pitch) {
                s.put(x, y, line);
            }
        }
    }

    /** A circle shows whether pixels are square. */
    private static void ring(Surface s, CardLayout at) {
        double outer = Math.min(at.width, at.height) * 0.44;
        double inner = outer - Math.max(1.5, Math.min(at.width, at.height) / 240.0);
        for (int y = 0; y < at.height; y++) {
            double dy = y + 0.5 - at.height / 2.0;
            for (int x = 0; x < at.width; x++) {
                double dx = x + 0.5 - at.width / 2.0;
                double d2 = dx * dx + dy * dy;
                if (d2 <= outer * outer && d2 >= inner * inner) {
                    s.put(x, y, 0x5b_6b_8a);
                }
            }
        }
    }

    private static void bars(Surface s, CardLayout at) {
        int rim = Math.max(1, at.cell / 6);
        s.fill(at.barsX - rim, at.barsY - rim, at.barsWidth + 2 * rim, at.barsHeight + at.greysHeight + 2 * rim, BARS_FRAME);
        for (int bar = 0; bar < CardLayout.BARS; bar++) {
            int x = at.barLeft(bar);
            int w = at.barLeft(bar + 1) - x;
            s.fill(x, at.barsY, w, at.barsHeight, CardLayout.barColor(bar));
            s.fill(x, at.barsY + at.barsHeight, w, at.greysHeight, CardLayout.greyColor(bar));
        }
    }

    private static void labels(Surface s, CardLayout at) {
        int scale = at.titleScale;
        int titleWidth = (5 * Glyphs.ADVANCE - 1) * scale;
        int x = (at.width - titleWidth) / 2;
        s.text("lumen", x + Math.max(1, scale / 4), at.titleY + Math.max(1, scale / 4), scale, BARS_FRAME);
        s.text("lumen", x, at.titleY, scale, TITLE);
        String size = at.width + "x" + at.height;
        int small = at.textScale;
        s.text(size, (at.width - (size.length() * Glyphs.ADVANCE - 1) * small) / 2, Math.max(1, at.cell - 4 * small + 1),
                small, SUBTITLE);
    }

    static void corners(Surface s, CardLayout at) {
        for (int corner = 0; corner < 4; corner++) {
            for (int cell = 0; cell < 4; cell++) {
                s.fill(at.cornerX(corner) + (cell & 1) * at.cell, at.cornerY(corner) + (cell >> 1) * at.cell,
                        at.cell, at.cell, (CardLayout.CORNERS[corner] >> (3 - cell) & 1) == 0 ? 0 : 0xff_ff_ff);
            }
        }
    }

    private static int slope(int from, int to, int step, int steps) {
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int a = from >>> shift & 0xff;
            int b = to >>> shift & 0xff;
            rgb = rgb << 8 | a + (b - a) * step / steps;
        }
        return rgb;
    }
}
