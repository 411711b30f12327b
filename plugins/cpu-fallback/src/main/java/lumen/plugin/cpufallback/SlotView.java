package lumen.plugin.cpufallback;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import lumen.spi.CapturedFrame;
import lumen.spi.ColorInfo;
import lumen.spi.ImportedFrame;

/**
 * A slot's frame as the encoder reads it. Counted: the cache holds one reference, a frame being read
 * another, and what lies beneath goes with the last, on whichever thread that is.
 */
abstract class SlotView implements ImportedFrame.SystemMemory {
    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicBoolean reading = new AtomicBoolean();
    private ColorInfo color = ColorInfo.DESKTOP;

    /** Makes the frame's pixels readable; {@link #end} ends that. */
    abstract void prepare();

    /** The encoder is done with the pixels. */
    abstract void end();

    /** Nobody refers to this any more. */
    abstract void free();

    final void retain() {
        references.incrementAndGet();
    }

    final void drop() {
        if (references.decrementAndGet() == 0) {
            free();
        }
    }

    final void begin(CapturedFrame frame) {
        color = frame.color();
        prepare();
        reading.set(true);
    }

    @Override
    public final ColorInfo color() {
        return color;
    }

    @Override
    public final void release() {
        if (reading.compareAndSet(true, false)) {
            end();
            drop();
        }
    }
}
