package lumen.card;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The test card of one size. Holds the still picture; a {@link CardCanvas} a buffer paints what moves.
 * Immutable once made, so canvases on several threads may share it.
 */
public final class TestCard {
    final CardLayout layout;
    final Surface background;

    /**
     * Paints the still part.
     *
     * @param width  pixels, 128 to 16384
     * @param height pixels, 96 to 16384
     * @param arena  owns the still picture; must outlive every canvas
     */
    public TestCard(int width, int height, Arena arena) {
        layout = new CardLayout(width, height);
        background = CardBackground.paint(layout, arena);
    }

    public int width() {
        return layout.width;
    }

    public int height() {
        return layout.height;
    }

    /**
     * A canvas on a buffer of the caller's.
     *
     * @param bgrx   off-heap pixels, bytes B, G, R, unused; only this canvas may write to them
     * @param stride bytes from one row to the next
     */
    public CardCanvas canvas(MemorySegment bgrx, int stride) {
        return new CardCanvas(this, bgrx, stride);
    }
}
