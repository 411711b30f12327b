package lumen.plugin.pipewire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import lumen.pipewire.PipewireConnection;
import lumen.spi.BufferSlot;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import org.junit.jupiter.api.Test;

class CaptureEndTest {
    private final AtomicInteger signals = new AtomicInteger();
    private final CaptureEnd end = new CaptureEnd(new FrameSource.PipeWireNode(7, 42, Optional.empty()), new FrameSignal() {
        @Override
        public void frameReady() {
            signals.incrementAndGet();
        }

        @Override
        public void slotGone(BufferSlot slot) {
            throw new AssertionError(slot);
        }
    });

    private static PipewireConnection.Global global(int id, String type) {
        return new PipewireConnection.Global(id, type, 3, Map.of());
    }

    @Test
    void theNodesEndIsTheCapturesAndOnlyTheFirstReasonCounts() {
        end.removed(global(41, PipewireConnection.NODE));
        end.removed(global(42, PipewireConnection.PORT));
        assertEquals(Optional.empty(), end.reason());
        end.removed(global(42, PipewireConnection.NODE));
        end.lost("the daemon has gone");
        assertEquals(Optional.of("PipeWire node 42 has gone"), end.reason());
        assertEquals(1, signals.get());
    }

    @Test
    void theDaemonsEndIsTheCapturesToo() {
        end.lost("the daemon has gone");
        assertEquals(Optional.of("the daemon has gone"), end.reason());
        assertEquals(1, signals.get());
    }

    @Test
    void whileItIsBeingClosedNothingIsNews() {
        end.closing();
        end.because("PipeWire node 42 was disconnected");
        assertEquals(Optional.empty(), end.reason());
        assertEquals(0, signals.get());
    }
}
