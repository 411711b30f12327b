package lumen.plugin.wlroots;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import lumen.spi.Damage;

/**
 * Holds the newest frame between the capture thread, which puts, and the video thread, which takes. What a
 * replaced frame changed is added to its successor's damage.
 */
final class FrameMailbox {
    private final AtomicReference<ShmSlot> ready = new AtomicReference<>();
    /** Frames of an older epoch were captured before the last resume. */
    private final AtomicInteger epoch = new AtomicInteger();
    private final AtomicLong replaced = new AtomicLong();

    int epoch() {
        return epoch.get();
    }

    /** Frames that a newer one took the place of before they were polled; any thread. */
    long replaced() {
        return replaced.get();
    }

    /** Capture thread only. */
    void put(ShmSlot frame) {
        ShmSlot older = ready.getAndSet(null);
        if (older != null) {
            replaced.incrementAndGet();
            Damage missed = older.damage();
            if (older.width() == frame.width() && older.height() == frame.height()) {
                frame.damage().add(missed.x(), missed.y(), missed.width(), missed.height(), frame.width(), frame.height());
            }
            older.state(ShmSlot.FREE);
        }
        frame.state(ShmSlot.READY);
        ready.set(frame);
    }

    /** The newest frame or {@code null}; it is then held. Video thread only. */
    ShmSlot take() {
        ShmSlot frame = ready.getAndSet(null);
        if (frame == null) {
            return null;
        }
        if (frame.epoch() != epoch.get()) {
            frame.state(ShmSlot.FREE);
            return null;
        }
        frame.state(ShmSlot.HELD);
        return frame;
    }

    /** From now on only frames captured later count. Video thread only. */
    void startEpoch() {
        epoch.incrementAndGet();
        ShmSlot stale = ready.getAndSet(null);
        if (stale != null) {
            stale.state(ShmSlot.FREE);
        }
    }
}
