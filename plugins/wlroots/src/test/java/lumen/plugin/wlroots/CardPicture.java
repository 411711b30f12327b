package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import lumen.card.CardCheck;
import lumen.card.CardReader;
import lumen.card.CardState;
import lumen.card.Picture;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;

/** Looks for the test card in captured frames. */
final class CardPicture {
    private static final long LIMIT_NANOS = 15_000_000_000L;

    private CardPicture() {
    }

    /** Polls until a frame of a size shows a card that passes; whatever else comes is let go. */
    static CardCheck await(Capturer capturer, int width, int height, Predicate<CardState> wanted, String what) {
        try (CardReader reader = new CardReader(width, height)) {
            return next(capturer, reader, width, height, check -> wanted.test(check.state()), what);
        }
    }

    private static CardCheck next(Capturer capturer, CardReader reader, int width, int height, Predicate<CardCheck> wanted,
                                  String what) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        String last = "no frame";
        while (System.nanoTime() < deadline) {
            CapturedFrame frame = capturer.poll();
            if (frame == null) {
                LockSupport.parkNanos(500_000);
                continue;
            }
            try {
                BufferSlot.Memory slot = (BufferSlot.Memory) frame.slot();
                last = slot.width() + "x" + slot.height();
                if (slot.width() == width && slot.height() == height) {
                    CardCheck check = reader.check(new Picture.Bgrx(slot.pixels(), slot.stride(), width, height)).orElse(null);
                    last += " " + check;
                    if (check != null && check.corners() && wanted.test(check)) {
                        return check;
                    }
                }
            } finally {
                frame.release();
            }
        }
        return fail(what + "; the last frame: " + last + "; capture: " + capturer.state() + " " + capturer.counters());
    }

    /** A card exact to the pixel, once pointer and size have settled, and after it only such, of rising number. */
    static void moves(Capturer capturer, int width, int height) {
        try (CardReader reader = new CardReader(width, height)) {
            CardCheck card = next(capturer, reader, width, height, c -> c.psnr() == 99, "a card of " + width + "x" + height);
            int last = card.state().counter() + 5;
            while (card.state().counter() < last) {
                int shown = card.state().counter();
                card = next(capturer, reader, width, height, c -> true, "a later card");
                assertTrue(card.psnr() == 99 && card.colorError() == 0 && card.state().counter() >= shown, card + " after " + shown);
            }
        }
    }
}
