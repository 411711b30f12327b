package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import lumen.posix.UnixSocket;
import lumen.spi.BackendException;
import lumen.spi.Damage;
import lumen.wayland.EventHandler;
import lumen.wayland.ExtCaptureProtocol;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WaylandProtocol;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** {@link ImageCopy} against compositors that say anything in any order. */
class ImageCopyFuzzTest {
    private static final int[] SIZES = {0, 1, 16, 64, 65, 300, 8192, 8193, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};
    private static final int[] FORMATS = {0, 1, 0x34324258, 0x34324241, 0x20203852, -1};

    /** A connection, its two ends, and the conversation on it. */
    private static final class Talk implements AutoCloseable {
        final HostileCompositor compositor;
        final WaylandConnection connection;
        final SlotPool pool;
        final FrameMailbox mailbox = new FrameMailbox();
        final OutputCopy.Counts counts = new OutputCopy.Counts();
        final ImageCopy copy;

        Talk() {
            UnixSocket[] pair = UnixSocket.pair();
            connection = new WaylandConnection(pair[0]);
            compositor = new HostileCompositor(pair[1]);
            Registry registry = Registry.of(connection, Duration.ofSeconds(1));
            Proxy output = registry.require(WaylandProtocol.OUTPUT, 1, EventHandler.NONE);
            pool = new SlotPool(registry.require(WaylandProtocol.SHM, 1, EventHandler.NONE));
            copy = new ImageCopy(connection, registry, output, pool, mailbox, () -> { }, counts);
            move(true);
        }

        /** One turn of the capture thread's loop. */
        void move(boolean active) {
            copy.step(active);
            connection.flush();
            compositor.read();
            connection.dispatch(0);
        }

        void describe(int width, int height) {
            compositor.event(compositor.session, ExtCaptureProtocol.SESSION_BUFFER_SIZE, width, height);
            compositor.event(compositor.session, ExtCaptureProtocol.SESSION_SHM_FORMAT, 1);
            compositor.event(compositor.session, ExtCaptureProtocol.SESSION_DONE);
            move(true);
            move(true);
        }

        @Override
        public void close() {
            connection.close();
            compositor.close();
            pool.remaining().forEach(ShmSlot::unmap);
        }
    }

    @Property(tries = 400)
    void whateverTheCompositorSaysTheWorstIsATypedFailure(
            @ForAll @Size(max = 120) List<@IntRange(min = 0, max = 15) Integer> script, @ForAll long seed) {
        Random random = new Random(seed);
        try (Talk talk = new Talk()) {
            talk.describe(64, 48);
            for (int action : script) {
                act(talk, action, random);
            }
        } catch (WaylandException | BackendException e) {
            assertNotNull(e.getMessage());
        }
    }

    private static void act(Talk talk, int action, Random random) {
        HostileCompositor c = talk.compositor;
        switch (action) {
            case 0 -> c.event(c.session, ExtCaptureProtocol.SESSION_BUFFER_SIZE, pick(SIZES, random), pick(SIZES, random));
            case 1 -> c.event(c.session, ExtCaptureProtocol.SESSION_BUFFER_SIZE, 64 + random.nextInt(3), 48);
            case 2 -> c.event(c.session, ExtCaptureProtocol.SESSION_SHM_FORMAT, pick(FORMATS, random));
            case 3 -> c.event(c.session, ExtCaptureProtocol.SESSION_DONE);
            case 4 -> c.event(c.session, ExtCaptureProtocol.SESSION_STOPPED);
            case 5, 6, 7 -> onFrame(c, frame -> c.event(frame, ExtCaptureProtocol.FRAME_READY));
            case 8 -> onFrame(c, frame -> c.event(frame, ExtCaptureProtocol.FRAME_FAILED, random.nextInt(5) - 1));
            case 9 -> onFrame(c, frame -> c.event(frame, ExtCaptureProtocol.FRAME_DAMAGE, random.nextInt(), random.nextInt(),
                    random.nextInt(), random.nextInt()));
            case 10 -> onFrame(c, frame -> c.event(frame, ExtCaptureProtocol.FRAME_PRESENTATION_TIME, random.nextInt(),
                    random.nextInt(), random.nextInt()));
            case 11 -> talk.move(false);
            case 12 -> talk.mailbox.startEpoch();
            case 13 -> {
                if (!c.destroyed.isEmpty()) {
                    c.event(1, 1, c.destroyed.removeFirst());
                }
            }
            default -> { }
        }
        talk.move(true);
        ShmSlot slot = talk.mailbox.take();
        if (slot != null) {
            Damage damage = slot.damage();
            assertTrue(damage.x() >= 0 && damage.x() + damage.width() <= slot.width() && damage.y() >= 0
                    && damage.y() + damage.height() <= slot.height(), "damage beyond the frame");
            assertEquals((long) slot.stride() * slot.height(), slot.pixels().byteSize());
            slot.release();
        }
    }

    /** Only where there is one: an event for nobody is the connection's matter. */
    private static void onFrame(HostileCompositor compositor, Consumer<Integer> event) {
        if (compositor.frame != 0) {
            event.accept(compositor.frame);
        }
    }

    private static int pick(int[] values, Random random) {
        return values[random.nextInt(values.length)];
    }

    @Test
    void aNewSizeTakesBackTheCopyUnderWay() {
        try (Talk talk = new Talk()) {
            talk.describe(64, 48);
            int first = talk.compositor.frame;
            talk.describe(65, 49);
            assertTrue(talk.compositor.destroyed.contains(first));
            talk.compositor.event(talk.compositor.frame, ExtCaptureProtocol.FRAME_READY);
            talk.move(true);
            ShmSlot slot = talk.mailbox.take();
            assertEquals(65, slot.width());
            assertEquals(65, slot.damage().width(), "all of the first frame of a size is news");
            assertEquals(1, talk.counts.reshaped().get());
        }
    }

    @Test
    void aCompositorThatAlwaysFailsIsGivenUp() {
        try (Talk talk = new Talk()) {
            talk.describe(64, 48);
            WaylandException e = assertThrows(WaylandException.class, () -> {
                for (long end = System.nanoTime() + 30_000_000_000L; System.nanoTime() < end; ) {
                    onFrame(talk.compositor, frame -> talk.compositor.event(frame, ExtCaptureProtocol.FRAME_FAILED, 1));
                    talk.move(true);
                    talk.move(true);
                    talk.compositor.destroyed.forEach(id -> talk.compositor.event(1, 1, id));
                    talk.compositor.destroyed.clear();
                }
            });
            assertTrue(e.getMessage().contains("unfit, 51 times in a row"), e.getMessage());
        }
    }
}
