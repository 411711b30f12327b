package lumen.host.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lumen.core.input.InputEvent;
import lumen.spi.BackendException;
import lumen.spi.InputSink;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InputRouterTest {

    /** Writes down its calls; can be held at its first one, and can fail. */
    private static final class Recorder implements InputSink {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch gate;
        volatile boolean failing;
        volatile String thread;

        Recorder(boolean held) {
            gate = new CountDownLatch(held ? 1 : 0);
        }

        private void call(String what) {
            thread = Thread.currentThread().getName();
            reached.countDown();
            try {
                if (!gate.await(20, TimeUnit.SECONDS)) {
                    throw new AssertionError("the gate stayed shut");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            calls.add(what);
            if (failing) {
                throw new BackendException("no compositor");
            }
        }

        @Override
        public void key(int code, boolean down) {
            call((down ? "+" : "-") + code);
        }

        @Override
        public void text(int codePoint) {
            call("text " + codePoint);
        }

        @Override
        public void pointerMove(int dx, int dy) {
            call("move " + dx + " " + dy);
        }

        @Override
        public void pointerTo(int x, int y, int width, int height) {
            call("to " + x + " " + y + " of " + width + " " + height);
        }

        @Override
        public void button(int code, boolean down) {
            call("button " + (down ? "+" : "-") + Integer.toHexString(code));
        }

        @Override
        public void scroll(int vertical, int horizontal) {
            call("scroll " + vertical + " " + horizontal);
        }

        @Override
        public void flush() {
            // not recorded: how events fall into batches depends on time
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    private final Recorder sink = new Recorder(false);

    private static InputEvent.Key key(int vk, boolean down, int modifiers) {
        return new InputEvent.Key(vk, down, modifiers, false);
    }

    private List<String> route(InputEvent... events) {
        InputRouter router = new InputRouter(sink, "7");
        for (InputEvent e : events) {
            router.accept(e);
        }
        router.close();
        return sink.calls;
    }

    @Test
    @DisplayName("I4: a second press is ignored, a release without a press too, and all is released at the end")
    void shouldTrackWhatIsHeld() {
        assertEquals(List.of("+42", "+30", "button +110", "-30", "button -110", "-42"), route(key(0xA0, true, 0), key(0x41, true, 1), key(0x41, true, 1),
                new InputEvent.MouseButton(1, true), key(0x41, false, 1), key(0x41, false, 1)));
        assertEquals("lumen-7-input", sink.thread);
    }

    @Test
    @DisplayName("5.2: a modifier the client holds but never pressed is put around the key's press")
    void shouldHealModifiers() {
        assertEquals(List.of("+42", "+29", "+56", "+30", "-56", "-29", "-42", "-30"), route(key(0x41, true, 7), key(0x41, false, 7)));
    }

    @Test
    void shouldNotHealAModifierThatIsHeldOnEitherSideNorAroundModifiers() {
        assertEquals(List.of("+54", "+30", "-30", "-54"), route(key(0xA1, true, 1), key(0x41, true, 1), key(0x41, false, 1), key(0xA1, false, 0)));
    }

    @Test
    void shouldMapButtonsTextAndBothScrolls() {
        assertEquals(List.of("button +110", "button +112", "button +111", "button +113", "button +114", "text 233", "scroll 120 0", "scroll 0 -60",
                        "button -114", "button -113", "button -111", "button -112", "button -110"),
                route(new InputEvent.MouseButton(1, true), new InputEvent.MouseButton(2, true), new InputEvent.MouseButton(3, true),
                        new InputEvent.MouseButton(4, true), new InputEvent.MouseButton(5, true), new InputEvent.MouseButton(6, true),
                        new InputEvent.Text(233), new InputEvent.Scroll(120), new InputEvent.HorizontalScroll(-60)));
    }

    @Test
    @DisplayName("I5: corners reach the sink as the first and the last pixel; positions outside are clamped; no size, no effect")
    void shouldClampPositions() {
        InputRouter router = new InputRouter(sink, "7");
        int[][] positions = {{0, 0, 1279, 719}, {1279, 719, 1279, 719}, {-5, 2000, 1279, 719}, {5, 5, 0, 719}};
        for (int[] p : positions) {
            router.accept(new InputEvent.MousePosition(p[0], p[1], p[2], p[3]));
            router.accept(new InputEvent.Text('|'));
        }
        router.close();
        assertEquals(List.of("to 0 0 of 1279 719", "text 124", "to 1279 719 of 1279 719", "text 124", "to 0 719 of 1279 719", "text 124", "text 124"), sink.calls);
        assertEquals(1, router.count(InputDefect.NO_REFERENCE_SIZE));
    }

    @Test
    @DisplayName("5.4: moves that wait are summed, of positions the latest stays, and nothing overtakes a button")
    void shouldMergeWhatWaits() throws InterruptedException {
        Recorder slow = new Recorder(true);
        InputRouter router = new InputRouter(slow, "7");
        router.accept(new InputEvent.Text('a'));
        assertTrue(slow.reached.await(10, TimeUnit.SECONDS));
        for (int i = 0; i < 5_000; i++) {
            router.accept(new InputEvent.MouseMove(3, -2));
        }
        router.accept(new InputEvent.MouseButton(1, true));
        router.accept(new InputEvent.MousePosition(1, 1, 100, 100));
        router.accept(new InputEvent.MousePosition(2, 2, 100, 100));
        router.accept(new InputEvent.MousePosition(3, 3, 50, 50));
        router.accept(new InputEvent.MouseMove(1, 1));
        router.accept(new InputEvent.Scroll(40));
        router.accept(new InputEvent.Scroll(80));
        slow.gate.countDown();
        router.close();
        assertEquals(List.of("text 97", "move 15000 -10000", "button +110", "to 2 2 of 100 100", "to 3 3 of 50 50", "move 1 1", "scroll 120 0", "button -110"), slow.calls);
    }

    @Test
    @DisplayName("5.4: sums that would overflow are not merged")
    void shouldNotOverflow() {
        assertNull(InputRouter.merge(new InputEvent.MouseMove(Integer.MAX_VALUE, 0), new InputEvent.MouseMove(1, 0)));
        assertNull(InputRouter.merge(new InputEvent.MouseMove(0, Integer.MIN_VALUE), new InputEvent.MouseMove(0, -1)));
        assertEquals(new InputEvent.MouseMove(40_000, 0), InputRouter.merge(new InputEvent.MouseMove(20_000, 0), new InputEvent.MouseMove(20_000, 0)));
    }

    @Test
    void shouldReleaseEverythingAfterASinkSoSlowThatEventsWereLost() throws InterruptedException {
        Recorder slow = new Recorder(true);
        InputRouter router = new InputRouter(slow, "7");
        router.accept(key(0x41, true, 0));
        assertTrue(slow.reached.await(10, TimeUnit.SECONDS));
        for (int i = 0; i < 1_024; i++) {
            router.accept(new InputEvent.Text('x'));
        }
        router.accept(key(0x41, false, 0));
        assertEquals(1, router.count(InputDefect.QUEUE_FULL));
        slow.gate.countDown();
        router.close();
        assertEquals("-30", slow.calls.getLast());
        assertEquals(1_026, slow.calls.size());
    }

    @Test
    @DisplayName("I9: unknown keys, pads, touch and pens are counted and ignored; a failing sink doesn't stop the stream")
    void shouldCountWhatHasNoEffect() {
        sink.failing = true;
        InputRouter router = new InputRouter(sink, "7");
        router.accept(key(0x07, true, 0));
        router.accept(key(0x07, false, 0));
        router.accept(new InputEvent.ControllerBattery(0, 1, 2));
        router.accept(new InputEvent.Touch(1, 0, 1, 0, 0, 0, 0, 0));
        router.accept(new InputEvent.EnableHaptics(true));
        router.accept(new InputEvent.Text('a'));
        router.accept(new InputEvent.Text('b'));
        router.close();
        assertEquals(List.of("text 97", "text 98"), sink.calls);
        assertEquals(2, router.count(InputDefect.UNKNOWN_KEY));
        assertEquals(2, router.count(InputDefect.UNSUPPORTED_DEVICE));
        assertEquals(2, router.count(InputDefect.SINK_FAILED));
    }
}
