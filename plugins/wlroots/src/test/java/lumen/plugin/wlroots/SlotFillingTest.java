package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import lumen.posix.UnixSocket;
import lumen.wayland.EventHandler;
import lumen.wayland.ExtCaptureProtocol;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WaylandProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What both protocols have in common, without either. */
class SlotFillingTest {
    private final WaylandConnection connection;
    private final HostileCompositor compositor;
    private final Registry registry;
    private final SlotPool pool;
    private final FrameMailbox mailbox = new FrameMailbox();
    private final AtomicInteger signals = new AtomicInteger();
    private final OutputCopy.Counts counts = new OutputCopy.Counts();
    private final SlotFilling filling;

    SlotFillingTest() {
        UnixSocket[] pair = UnixSocket.pair();
        connection = new WaylandConnection(pair[0]);
        compositor = new HostileCompositor(pair[1]);
        registry = Registry.of(connection, Duration.ofSeconds(1));
        pool = new SlotPool(registry.require(WaylandProtocol.SHM, 1, EventHandler.NONE));
        filling = new SlotFilling(pool, mailbox, signals::incrementAndGet, counts);
        pool.offerFormat(WaylandProtocol.SHM_FORMAT_XRGB8888);
        pool.describe(64, 32, 0);
    }

    @AfterEach
    void close() {
        connection.close();
        compositor.close();
        pool.remaining().forEach(ShmSlot::unmap);
    }

    private void assertDamage(boolean whole, ShmSlot slot) {
        assertEquals(whole, slot.damage().width() == 64 && slot.damage().height() == 32, slot.damage().toString());
        assertEquals(!whole, slot.damage().isEmpty());
    }

    @Test
    void theFirstFrameIsWholeAndTheNextOneIsNot() {
        ShmSlot first = filling.begin();
        assertSame(first, filling.slot());
        assertTrue(filling.whole());
        assertDamage(true, first);
        filling.deliver(17);
        assertNull(filling.slot());
        assertEquals(1, signals.get());
        assertEquals(1, counts.frames().get());
        assertSame(first, mailbox.take());
        assertEquals(17, first.timestampNanos());
        assertDamage(false, filling.begin());
        long before = System.nanoTime();
        filling.deliver(0);
        assertTrue(mailbox.take().timestampNanos() - before >= 0, "the compositor told no time");
    }

    @Test
    void aSlotThatIsGivenUpIsFreeAgain() {
        ShmSlot slot = filling.begin();
        filling.cancel();
        filling.cancel();
        assertNull(filling.slot());
        assertSame(slot, filling.begin());
        assertEquals(0, signals.get());
    }

    @Test
    void anotherShapeAndAResumeMakeTheNextFrameWhole() {
        filling.begin();
        filling.deliver(1);
        assertFalse(filling.reshaped());
        assertFalse(filling.resumed());
        mailbox.startEpoch();
        assertTrue(filling.resumed());
        assertFalse(filling.resumed());
        assertDamage(true, filling.begin());
        filling.deliver(2);
        pool.describe(32, 32, 0);
        ShmSlot slot = filling.begin();
        assertEquals(32, slot.width());
        assertEquals(32, slot.damage().width());
        assertEquals(1, counts.reshaped().get());
    }

    @Test
    void aFailureIsFollowedByAPauseAndByAWholeFrame() {
        filling.begin();
        filling.deliver(1);
        assertEquals(0, filling.pauseMillis());
        filling.failed("it failed");
        int pause = filling.pauseMillis();
        assertTrue(pause > 0 && pause <= 21, pause + " ms");
        assertTrue(filling.whole());
        filling.retryNow();
        assertEquals(0, filling.pauseMillis());
    }

    @Test
    void fiftyFailuresInARowAreBorneAndASuccessBeginsAnew() {
        for (int i = 0; i < 50; i++) {
            filling.failed("it failed");
        }
        filling.begin();
        filling.deliver(1);
        for (int i = 0; i < 50; i++) {
            filling.failed("it failed");
        }
        WaylandException e = assertThrows(WaylandException.class, () -> filling.failed("it failed"));
        assertEquals("it failed, 51 times in a row", e.getMessage());
        assertEquals(101, counts.failed().get());
    }

    @Test
    void aTimeIsToldInThreeParts() {
        assertEquals(3_000_000_000L + 999_999_999, SlotFilling.nanos(0, 3, 999_999_999));
        assertEquals((1L << 32) * 1_000_000_000, SlotFilling.nanos(1, 0, 0));
        assertEquals(0xffff_fffeL * 1_000_000_000, SlotFilling.nanos(0, -2, 0));
    }

    @Test
    void aCompositorThatKeepsEveryFrameIsGivenUp() {
        FrameObjects frames = new FrameObjects(connection, ExtCaptureProtocol.FRAME, EventHandler.NONE);
        Proxy output = registry.require(WaylandProtocol.OUTPUT, 1, EventHandler.NONE);
        for (int i = 0; i < 64; i++) {
            frames.next(output);
        }
        WaylandException e = assertThrows(WaylandException.class, () -> frames.next(output));
        assertEquals("the compositor keeps 64 frames it has delivered", e.getMessage());
    }
}
