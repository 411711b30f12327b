package lumen.client.verify;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lumen.card.CardReader;
import lumen.card.CardState;
import lumen.card.Picture;
import lumen.card.TestCard;
import lumen.card.YuvMatrix;

/**
 * Compares small cards with themselves until the comparison is compiled: uncompiled, it would take so
 * much of the machine that the stream under test suffers.
 */
public final class CardRehearsal {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 144;
    private static final int COMPARISONS = 60;

    private CardRehearsal() {
    }

    /** Takes a fraction of a second. */
    public static void run() {
        try (Arena arena = Arena.ofConfined(); CardReader reader = new CardReader(WIDTH, HEIGHT)) {
            MemorySegment pixels = arena.allocate(4L * WIDTH * HEIGHT, 64);
            new TestCard(WIDTH, HEIGHT, arena).canvas(pixels, 4 * WIDTH).paint(CardState.of(1, 1));
            Picture painted = new Picture.Bgrx(pixels, 4 * WIDTH, WIDTH, HEIGHT);
            MemorySegment luma = arena.allocate((long) WIDTH * HEIGHT);
            MemorySegment grey = arena.allocate((long) WIDTH * HEIGHT / 4).fill((byte) 128);
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    luma.set(ValueLayout.JAVA_BYTE, (long) y * WIDTH + x, (byte) (16 + painted.luma(x, y) * 219 / 255));
                }
            }
            Picture coded = new Picture.Yuv420(luma, WIDTH, grey, grey, WIDTH / 2, 1, WIDTH, HEIGHT, YuvMatrix.BT709, false);
            for (int i = 0; i < COMPARISONS; i++) {
                if (reader.check(coded).isEmpty()) {
                    throw new IllegalStateException("a painted card can't be read");
                }
            }
        }
    }
}
