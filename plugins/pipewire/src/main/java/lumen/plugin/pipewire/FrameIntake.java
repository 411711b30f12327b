package lumen.plugin.pipewire;

import lumen.pipewire.PipewireStream;
import lumen.pipewire.StreamBuffer;

/**
 * Takes what the stream brings: buffers into a table, sound pictures into a mailbox for the video thread, cursors into their
 * tracker; all else is counted and goes back at once. Guarded by the loop's lock; allocates nothing for a picture.
 */
final class FrameIntake {
    private static final System.Logger LOG = System.getLogger("lumen.pipewire");

    private final String name;
    private final PipewireStream stream;
    private final CaptureCounters counters;
    private final CursorTracker cursor;
    private final StallDetector stall;
    private final BufferTable buffers;
    private final FrameMailbox mailbox;
    private final PictureMetadata metadata = new PictureMetadata();

    /** @param name of the node, for people */
    FrameIntake(String name, PipewireStream stream, CaptureCounters counters, CursorTracker cursor, StallDetector stall,
                BufferTable buffers, FrameMailbox mailbox) {
        this.name = name;
        this.stream = stream;
        this.counters = counters;
        this.cursor = cursor;
        this.stall = stall;
        this.buffers = buffers;
        this.mailbox = mailbox;
    }

    /** Takes all that has come; true if there is anything new in it for the video thread. Loop thread. */
    boolean drain() {
        boolean news = false;
        for (long address = stream.dequeue(); address != 0; address = stream.dequeue()) {
            news |= receive(address);
        }
        return news;
    }

    private boolean receive(long address) {
        CaptureBuffer buffer = buffers.at(address);
        if (buffer == null) {
            unusable(CaptureEvent.BAD_BUFFER);
            stream.queue(address);
            return false;
        }
        if (!buffer.takeOut()) {
            // Its picture may be being read: whatever the producer has done to that, the buffer stays where it is.
            counters.drop(CaptureEvent.IN_USE);
            return false;
        }
        boolean news = false;
        try {
            news = cursor.read(address);
            if (sound(buffer)) {
                metadata.addDamage(address, buffer.slot().width(), buffer.slot().height());
                mailbox.put(buffer);
                stall.picture();
                news = true;
            }
        } catch (RuntimeException | InternalError e) {
            // InternalError: memory that the producer took away under us.
            LOG.log(System.Logger.Level.DEBUG, () -> name + ": a buffer can't be read", e);
            unusable(CaptureEvent.BAD_BUFFER);
        } finally {
            if (!mailbox.holds(buffer)) {
                buffer.giveBack();
            }
        }
        return news;
    }

    /** True if there is a sound picture in the buffer. */
    private boolean sound(CaptureBuffer buffer) {
        long address = buffer.address();
        if (PictureMetadata.corrupted(address)) {
            if (StreamBuffer.chunkSize(address, 0) == 0) {
                counters.count(CaptureEvent.CURSOR_ONLY);
            } else {
                counters.drop(CaptureEvent.CORRUPTED);
                metadata.damageEverything();
            }
            return false;
        }
        CaptureEvent wrong = buffer.accept(metadata.timestamp(address, System.nanoTime()));
        if (wrong != null) {
            unusable(wrong);
            metadata.damageEverything();
        }
        return wrong == null;
    }

    private void unusable(CaptureEvent event) {
        counters.drop(event);
        stall.unusable(System.nanoTime());
    }

    /** Pictures that come won't look like those before. */
    void renew() {
        metadata.damageEverything();
    }

    /** A buffer that the stream drops. */
    void removed(long address) {
        CaptureBuffer buffer = buffers.remove(address);
        if (buffer == null) {
            return;
        }
        if (buffers.usable() == 0) {
            stall.waiting(System.nanoTime());
            renew();
        }
        mailbox.forget(buffer);
        buffer.removed();
    }

    /** The newest frame, retained for its reader, with all damage since the one before; {@code null} if there is none. */
    CaptureBuffer take() {
        cursor.take();
        CaptureBuffer frame = mailbox.take();
        if (frame != null) {
            counters.count(CaptureEvent.DELIVERED);
            frame.retain();
            metadata.takeDamage(frame.damage(), frame.slot().width(), frame.slot().height());
        }
        return frame;
    }

    /** Has what the node shows now delivered again, all of it and as of now; false if nothing is known of that. */
    boolean repeat() {
        CaptureBuffer frame = mailbox.resume();
        if (frame == null) {
            return false;
        }
        frame.accept(metadata.timestamp(frame.address(), System.nanoTime()));
        renew();
        return true;
    }
}
