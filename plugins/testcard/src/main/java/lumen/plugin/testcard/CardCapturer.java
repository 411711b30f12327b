package lumen.plugin.testcard;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import lumen.card.TestCard;
import lumen.spi.BackendException;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.FrameSignal;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;

/**
 * Paints the card at the display's rate on a thread of its own and keeps the newest picture for the
 * video thread. A static display is painted once an activation and once an input event.
 */
final class CardCapturer implements Capturer {
    /** Two held by the host, one in the mailbox, one being painted. */
    private static final int BUFFERS = 4;

    private final CardDisplay display;
    private final FrameSignal signal;
    private final long interval;
    private final Arena arena = Arena.ofShared();
    private final CardFrame[] frames = new CardFrame[BUFFERS];
    private final AtomicReference<CardFrame> newest = new AtomicReference<>();
    private final Thread painter;
    private volatile boolean open = true;
    private volatile boolean active = true;
    /** A static display shall be painted once more. */
    private volatile boolean stale = true;
    private volatile Throwable failure;

    CardCapturer(CardDisplay display, DisplayMode mode, FrameSignal signal) {
        this.display = display;
        this.signal = signal;
        interval = mode.frameIntervalNanos();
        TestCard card = new TestCard(mode.width(), mode.height(), arena);
        int stride = (mode.width() * 4 + 63) & ~63;
        for (int i = 0; i < BUFFERS; i++) {
            frames[i] = new CardFrame(card, arena.allocate((long) stride * mode.height(), 64), stride);
        }
        painter = Thread.ofPlatform().daemon().name("lumen-" + display.session() + "-card").unstarted(this::run);
        display.onInput(this::inputChanged);
        painter.start();
    }

    private void inputChanged() {
        if (display.still()) {
            stale = true;
            LockSupport.unpark(painter);
        }
    }

    private void run() {
        try {
            paintAtRate();
        } catch (Throwable t) {
            // Reported by the next poll; a thread that dies silently would look like a static desktop.
            failure = t;
            signal.frameReady();
        }
    }

    private void paintAtRate() {
        int counter = 0;
        long due = System.nanoTime();
        while (open) {
            if (!active || display.still() && !stale) {
                LockSupport.park(this);
                due = System.nanoTime();
                continue;
            }
            long now = System.nanoTime();
            if (now < due) {
                LockSupport.parkNanos(this, due - now);
                continue;
            }
            stale = false;
            paint(counter++, now);
            due += interval;
            if (now - due > interval) {
                // The machine was away: go on from here, don't race to catch up.
                due = now + interval;
            }
        }
    }

    private void paint(int counter, long now) {
        CardFrame frame = free();
        frame.free = false;
        frame.timestampNanos = now;
        long pointer = display.pointer();
        frame.canvas.paint(counter, now, CardDisplay.x(pointer), CardDisplay.y(pointer), CardDisplay.buttons(pointer),
                display.lastKey());
        CardFrame replaced = newest.getAndSet(frame);
        if (replaced != null) {
            replaced.free = true;
        }
        signal.frameReady();
    }

    private CardFrame free() {
        for (CardFrame frame : frames) {
            if (frame.free) {
                return frame;
            }
        }
        throw new IllegalStateException("more than two frames are held");
    }

    @Override
    public void offer(List<ImportOffer> offers) {
        for (ImportOffer offer : offers) {
            if (offer.transport() == ImportOffer.Transport.MEMORY && offer.format() == PixelFormat.XRGB8888) {
                return;
            }
        }
        throw new BackendException("the test card has XRGB8888 in memory only, and no importer takes that");
    }

    @Override
    public CapturedFrame poll() {
        if (failure != null) {
            throw new BackendException("the test card's painter failed: " + failure, failure);
        }
        return newest.getAndSet(null);
    }

    @Override
    public void active(boolean on) {
        if (on && !active) {
            CardFrame old = newest.getAndSet(null);
            if (old != null) {
                old.free = true;
            }
            stale = true;
        }
        active = on;
        LockSupport.unpark(painter);
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        display.onInput(null);
        LockSupport.unpark(painter);
        boolean interrupted = false;
        while (true) {
            try {
                painter.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        arena.close();
    }
}
