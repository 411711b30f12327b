package lumen.client.stream;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import lumen.client.TimedInput;
import lumen.core.control.ControlMessage;
import lumen.core.enet.Delivery;
import lumen.core.input.InputEvent;

/**
 * The thread that sends input: what every client sends at the start, then the script, by time after the
 * first picture.
 */
final class InputPlayer {
    private static final int CHANNEL_KEYBOARD = 2;
    private static final int CHANNEL_MOUSE = 3;
    private static final int CHANNEL_TEXT = 6;
    /** Other clients wake the host's display by a move and its opposite, this far apart. */
    private static final long NUDGE_MILLIS = 10;

    private final ControlLink link;
    private final List<TimedInput> script;
    private final Runnable requestIdr;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile long sent;

    /** @param onFailure told if the thread ends by an exception */
    InputPlayer(ControlLink link, List<TimedInput> script, Runnable requestIdr, Consumer<Throwable> onFailure) {
        this.link = link;
        this.script = script;
        this.requestIdr = requestIdr;
        thread = Thread.ofPlatform().name("lumen-client-input").unstarted(() -> {
            try {
                run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                onFailure.accept(e);
            }
        });
    }

    /** Begins; times of the script count from now. */
    void start() {
        thread.start();
    }

    private void run() throws InterruptedException {
        long start = System.nanoTime();
        send(0, new InputEvent.EnableHaptics(true));
        send(CHANNEL_MOUSE, new InputEvent.MouseMove(1, 1));
        if (stop.await(NUDGE_MILLIS, TimeUnit.MILLISECONDS)) {
            return;
        }
        send(CHANNEL_MOUSE, new InputEvent.MouseMove(-1, -1));
        for (TimedInput next : script) {
            long wait = start + TimeUnit.MILLISECONDS.toNanos(next.atMillis()) - System.nanoTime();
            if (stop.await(Math.max(0, wait), TimeUnit.NANOSECONDS)) {
                return;
            }
            switch (next) {
                case TimedInput.RequestIdr r -> requestIdr.run();
                case TimedInput.Event e -> send(channel(e.event()), e.event());
            }
        }
    }

    private void send(int channel, InputEvent event) {
        link.send(channel, new ControlMessage.Input(event), Delivery.RELIABLE);
        sent++;
    }

    private static int channel(InputEvent event) {
        return switch (event) {
            case InputEvent.Key k -> CHANNEL_KEYBOARD;
            case InputEvent.Text t -> CHANNEL_TEXT;
            case InputEvent.MouseMove m -> CHANNEL_MOUSE;
            case InputEvent.MousePosition m -> CHANNEL_MOUSE;
            case InputEvent.MouseButton b -> CHANNEL_MOUSE;
            case InputEvent.Scroll s -> CHANNEL_MOUSE;
            case InputEvent.HorizontalScroll s -> CHANNEL_MOUSE;
            default -> 0;
        };
    }

    /** Stops; waits for the thread. */
    void stop() throws InterruptedException {
        stop.countDown();
        if (thread.getState() != Thread.State.NEW) {
            thread.join();
        }
    }

    /** Input events sent so far, those of the start included. Any thread. */
    long sent() {
        return sent;
    }
}
