package lumen.card;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Reads cards of one size back from decoded pictures, and compares them with cards it paints itself.
 * Holds one picture of memory until closed. One thread at a time.
 */
public final class CardReader implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final CardLayout at;
    private final Picture.Bgrx reference;
    private final CardCanvas canvas;
    private final int[] rows = new int[CardCode.ROWS];

    /**
     * A reader for pictures of one size.
     *
     * @param width  pixels of the card, 128 to 16384
     * @param height pixels of the card, 96 to 16384
     */
    public CardReader(int width, int height) {
        TestCard card = new TestCard(width, height, arena);
        at = card.layout;
        int stride = card.background.stride;
        MemorySegment pixels = arena.allocate((long) stride * height, 64);
        reference = new Picture.Bgrx(pixels, stride, width, height);
        canvas = card.canvas(pixels, stride);
    }

    /** What the picture shows; empty if its blocks don't make a valid code. */
    public Optional<CardState> read(Picture picture) {
        if (picture.width() < at.width || picture.height() < at.height) {
            return Optional.empty();
        }
        int inset = at.block / 4;
        for (int row = 0; row < CardCode.ROWS; row++) {
            int bits = 0;
            for (int column = 0; column < CardCode.COLUMNS; column++) {
                int mean = meanLuma(picture, at.codeX + column * at.block + inset, at.codeY + row * at.block + inset,
                        at.block - 2 * inset, at.block - 2 * inset);
                bits = bits << 1 | (mean >= 128 ? 1 : 0);
            }
            rows[row] = bits;
        }
        return CardCode.valid(rows) ? Optional.of(CardCode.state(rows)) : Optional.empty();
    }

    /** Reads the picture, regenerates its card and compares; empty if its code can't be read. */
    public Optional<CardCheck> check(Picture picture) {
        return read(picture).map(state -> {
            canvas.paint(state);
            return new CardCheck(state, corners(picture), colorError(picture), psnr(picture));
        });
    }

    /**
     * True if all four corner marks are in place. A shift by a fifth of a cell fails. A picture that is
     * mirrored or turned fails here while its code can't be read at all.
     */
    public boolean corners(Picture picture) {
        if (picture.width() < at.width || picture.height() < at.height) {
            return false;
        }
        for (int corner = 0; corner < 4; corner++) {
            for (int cell = 0; cell < 4; cell++) {
                int mean = meanLuma(picture, at.cornerX(corner) + (cell & 1) * at.cell,
                        at.cornerY(corner) + (cell >> 1) * at.cell, at.cell, at.cell);
                boolean white = (CardLayout.CORNERS[corner] >> (3 - cell) & 1) != 0;
                if (white ? mean < 204 : mean > 51) {
                    return false;
                }
            }
        }
        return true;
    }

    private int colorError(Picture picture) {
        int worst = 0;
        for (int bar = 0; bar < CardLayout.BARS; bar++) {
            int x = at.barLeft(bar);
            int w = at.barLeft(bar + 1) - x;
            worst = Math.max(worst, patchError(picture, x + w / 4, at.barsY + at.barsHeight / 4, w / 2, at.barsHeight / 2));
            worst = Math.max(worst, patchError(picture, x + w / 4, at.barsY + at.barsHeight + at.greysHeight / 4, w / 2,
                    Math.max(1, at.greysHeight / 2)));
        }
        return worst;
    }

    private int patchError(Picture picture, int x, int y, int w, int h) {
        long[] sums = new long[3];
        for (int row = y; row < y + h; row++) {
            for (int column = x; column < x + w; column++) {
                int seen = picture.rgb(column, row);
                int meant = reference.rgb(column, row);
                for (int i = 0; i < 3; i++) {
                    sums[i] += (seen >>> 8 * i & 0xff) - (meant >>> 8 * i & 0xff);
                }
            }
        }
        int worst = 0;
        for (long sum : sums) {
            worst = Math.max(worst, (int) Math.round(Math.abs((double) sum) / ((long) w * h)));
        }
        return worst;
    }

    private double psnr(Picture picture) {
        long squares = 0;
        YuvMatrix matrix = picture.matrix();
        for (int y = 0; y < at.height; y++) {
            for (int x = 0; x < at.width; x++) {
                int difference = picture.luma(x, y) - Picture.lumaOf(reference.rgb(x, y), matrix);
                squares += (long) difference * difference;
            }
        }
        if (squares == 0) {
            return 99;
        }
        double mse = (double) squares / ((double) at.width * at.height);
        return Math.min(99, 10 * Math.log10(255.0 * 255.0 / mse));
    }

    private static int meanLuma(Picture picture, int x, int y, int w, int h) {
        long sum = 0;
        for (int row = y; row < y + h; row++) {
            for (int column = x; column < x + w; column++) {
                sum += picture.luma(column, row);
            }
        }
        return (int) (sum / ((long) w * h));
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
