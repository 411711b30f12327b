package lumen.client.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lumen.card.CardCheck;
import lumen.card.CardReader;
import lumen.card.CardState;
import lumen.card.Picture;
import lumen.card.YuvMatrix;
import lumen.client.media.DecodedPicture;
import lumen.client.report.Percentiles;
import lumen.client.report.PictureFigures;
import lumen.core.metrics.LatencyHistogram;

/**
 * Verifies the pictures of one cycle: every one by its code and corner marks, and as many as time allows
 * as a whole against the regenerated card. Confined to the decoding thread; figures may be read once that
 * has ended.
 */
public final class CardVerifier implements AutoCloseable {
    /** Luma PSNR below this is another picture or a broken one; the worst a low bitrate gives is above. */
    private static final double LOWEST_PSNR = 24;
    /** A wrong matrix or range gives 15 and more. */
    private static final int LARGEST_COLOR_ERROR = 12;
    /** Whole comparisons take at most one part in so many of the thread's time. */
    private static final int COMPARE_SHARE = 4;
    private static final long LONGEST_LATENCY = TimeUnit.SECONDS.toNanos(10);

    private final int width;
    private final int height;
    private final double maxSkipped;
    private final CardReader reader;
    private final LatencyHistogram latency = new LatencyHistogram();
    private long latencyMax;
    private Optional<CardState> last = Optional.empty();
    private int lastFrame;
    private long first = -1;
    private long nextCompareNanos = Long.MIN_VALUE;
    private long verified;
    private long repeated;
    private long compared;
    private double psnrSum;
    private double lowestPsnr = Double.POSITIVE_INFINITY;
    private int worstColor;
    private long unreadable;
    private long wrongSize;
    private long wrongCorners;
    private long poor;
    private long skipped;
    private long followed;
    private long backwards;
    private long futureTimestamps;
    private long corrupt;
    private final long settling;
    private final CompletableFuture<Void> firstCard = new CompletableFuture<>();
    private long firstPictureNanos = Long.MIN_VALUE;
    private long awaited;

    /**
     * @param width      pixels that were asked for, 128 to 16384
     * @param maxSkipped share of cards that may be missing though no frame was lost: a host that can't keep up
     *                   replaces a picture by a newer one before encoding
     * @param settling   how long the first card may be awaited: windows need time to appear
     */
    public CardVerifier(int width, int height, double maxSkipped, Duration settling) {
        this.width = width;
        this.maxSkipped = maxSkipped;
        this.settling = settling.toNanos();
        this.height = height;
        reader = new CardReader(width, height);
    }

    /**
     * Takes a picture.
     *
     * @param frameIndex   its frame's number on the wire
     * @param decodedNanos when it was decoded, {@code System.nanoTime}
     * @param idle         true if no other picture waits
     */
    public void picture(DecodedPicture decoded, int frameIndex, long decodedNanos, boolean idle) {
        if (decoded.corrupt()) {
            corrupt++;
        }
        if (decoded.width() != even(width) || decoded.height() != even(height)) {
            wrongSize++;
            return;
        }
        if (firstPictureNanos == Long.MIN_VALUE) {
            firstPictureNanos = decodedNanos;
        }
        Picture picture = new Picture.Yuv420(decoded.plane(0), decoded.stride(0), decoded.plane(1), decoded.plane(2),
                decoded.stride(1), 1, width, height, decoded.bt709() ? YuvMatrix.BT709 : YuvMatrix.BT601,
                decoded.fullRange());
        Optional<CardState> read = reader.read(picture);
        boolean settled = last.isPresent() || decodedNanos - firstPictureNanos >= settling;
        if (read.isEmpty() || !settled && !reader.corners(picture)) {
            if (settled) {
                unreadable++;
            } else {
                awaited++;
            }
            return;
        }
        boolean sound = reader.corners(picture);
        if (!sound) {
            wrongCorners++;
        }
        follow(read.get(), frameIndex, decodedNanos);
        if (idle && (nextCompareNanos == Long.MIN_VALUE || decodedNanos - nextCompareNanos >= 0)) {
            sound &= compare(picture);
            long end = System.nanoTime();
            nextCompareNanos = end + (COMPARE_SHARE - 1) * (end - decodedNanos);
        }
        if (sound) {
            verified++;
        }
    }

    private static int even(int edge) {
        return edge + 1 & ~1;
    }

    private boolean compare(Picture picture) {
        Optional<CardCheck> check = reader.check(picture);
        if (check.isEmpty()) {
            return false;
        }
        compared++;
        psnrSum += check.get().psnr();
        lowestPsnr = Math.min(lowestPsnr, check.get().psnr());
        worstColor = Math.max(worstColor, check.get().colorError());
        boolean alike = check.get().psnr() >= LOWEST_PSNR && check.get().colorError() <= LARGEST_COLOR_ERROR;
        if (!alike) {
            poor++;
        }
        return alike;
    }

    /** The counter may stand still, and rise by as much as frames were sent, lost ones included. */
    private void follow(CardState state, int frameIndex, long decodedNanos) {
        boolean repeat = false;
        followed++;
        if (last.isEmpty()) {
            first = Integer.toUnsignedLong(state.counter());
            firstCard.complete(null);
        } else {
            int cards = state.counter() - last.get().counter();
            int frames = frameIndex - lastFrame;
            repeat = cards == 0;
            if (repeat) {
                repeated++;
            } else if (cards < 0) {
                backwards++;
            } else if (cards > frames) {
                skipped += cards - frames;
            }
        }
        long age = decodedNanos - state.timestampNanos();
        if (age < 0 || age > LONGEST_LATENCY) {
            futureTimestamps++;
        } else if (!repeat) {
            latency.record(age);
            latencyMax = Math.max(latencyMax, age);
        }
        last = Optional.of(state);
        lastFrame = frameIndex;
    }

    /** Complete as soon as a picture shows a card. Any thread. */
    public CompletableFuture<Void> firstCard() {
        return firstCard;
    }

    /** Pictures whose code, marks and, where compared, pixels are right. */
    public long verified() {
        return verified;
    }

    /** Pictures that show the same card as the one before. */
    public long repeated() {
        return repeated;
    }

    /** From the card's timestamp to the decoded picture; means something on one machine only. */
    public Percentiles renderToDecoded() {
        return Percentiles.of(latency, latencyMax);
    }

    public PictureFigures figures() {
        return new PictureFigures(compared, compared == 0 ? 0 : rounded(lowestPsnr),
                compared == 0 ? 0 : rounded(psnrSum / compared), worstColor, awaited, first,
                last.map(s -> Integer.toUnsignedLong(s.counter())).orElse(-1L), unreadable, skipped,
                last.filter(CardState::hasPointer).map(CardState::pointerX).orElse(-1),
                last.filter(CardState::hasPointer).map(CardState::pointerY).orElse(-1),
                last.map(CardState::buttons).orElse(0), last.map(CardState::lastKey).orElse(0));
    }

    /** Everything that makes the pictures fail, one line each. */
    public List<String> failures() {
        List<String> all = new ArrayList<>();
        note(all, wrongSize, "pictures are not " + width + "x" + height);
        note(all, unreadable, "pictures show no readable card");
        note(all, wrongCorners, "pictures have their corner marks in the wrong place");
        note(all, poor, "pictures differ from the regenerated card: lowest PSNR " + rounded(lowestPsnr)
                + " dB, largest colour error " + worstColor + "/255");
        note(all, corrupt, "pictures were partly guessed by the decoder");
        if (skipped > maxSkipped * (followed + skipped)) {
            note(all, skipped, "cards of " + (followed + skipped) + " are missing though no frame was lost");
        }
        note(all, backwards, "pictures show an older card than the one before");
        note(all, futureTimestamps, "pictures carry a timestamp that is not of the last 10 s of this machine's clock");
        if (verified > 0 && compared == 0) {
            all.add("no picture was compared as a whole: this machine was too slow");
        }
        return all;
    }

    private static void note(List<String> failures, long count, String what) {
        if (count > 0) {
            failures.add(count + " " + what);
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    @Override
    public void close() {
        reader.close();
    }
}
