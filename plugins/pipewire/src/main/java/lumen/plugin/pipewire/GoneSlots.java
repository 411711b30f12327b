package lumen.plugin.pipewire;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import lumen.spi.BufferSlot;
import lumen.spi.FrameSignal;

/** Slots that importers have to forget; their buffers stay until they have. Filled under the loop's lock, emptied outside of it. */
final class GoneSlots {
    private final Queue<Gone> gone = new ConcurrentLinkedQueue<>();

    private record Gone(CaptureBuffer buffer, BufferSlot slot) {
    }

    /** Under the loop's lock. */
    void add(CaptureBuffer buffer, BufferSlot slot) {
        buffer.retain();
        gone.add(new Gone(buffer, slot));
    }

    /** Tells of all of them. Video thread, without the lock: importers may take a while. */
    void tell(FrameSignal signal) {
        for (Gone g = gone.poll(); g != null; g = gone.poll()) {
            signal.slotGone(g.slot());
            g.buffer().drop();
        }
    }
}
