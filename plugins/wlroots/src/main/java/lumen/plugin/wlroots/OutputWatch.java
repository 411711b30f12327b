package lumen.plugin.wlroots;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import lumen.posix.PosixException;
import lumen.posix.ThreadEnd;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.wayland.Heartbeat;
import lumen.wayland.Output;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/** Looks after an output of a compositor that is not ours: whether it and its compositor are there, and its mode. */
final class OutputWatch implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    /** For outputs that tell no rate. */
    private static final int USUAL_MILLI_HZ = 60_000;
    private static final long TOLD_NANOS = 1_000_000_000;
    private static final long LOOK_AGAIN_NANOS = 2_000_000;

    private final WaylandConnection connection;
    private final Output output;
    private final Heartbeat heartbeat;
    private final Thread thread;
    private volatile DisplayMode mode;
    private volatile String end = "";
    private volatile boolean closing;

    /** @throws BackendException naming the outputs there are if it isn't among them, or if it is turned */
    OutputWatch(RunningCompositor compositor, String name) {
        WaylandConnection opened = null;
        try {
            opened = WaylandConnection.connect(compositor.socket());
            connection = opened;
            Registry registry = Registry.of(connection, LIMIT);
            output = Output.named(name, connection, registry, LIMIT);
            registry.onRemoved(number -> {
                if (number == output.globalName()) {
                    throw new WaylandException("output " + name + " has gone");
                }
            });
            if (output.transform() != 0) {
                throw new BackendException("output " + name + " is turned or mirrored, which can't be streamed");
            }
            mode = modeNow();
            heartbeat = new Heartbeat(connection);
        } catch (WaylandException | PosixException | BackendException e) {
            if (opened != null) {
                opened.close();
            }
            throw e instanceof BackendException b ? b : new BackendException(e.getMessage(), e);
        }
        thread = Thread.ofPlatform().daemon().name("lumen-" + name + "-watch").start(this::run);
    }

    private DisplayMode modeNow() {
        return new DisplayMode(Math.max(1, output.width()), Math.max(1, output.height()),
                output.refreshMilliHz() > 0 ? output.refreshMilliHz() : USUAL_MILLI_HZ);
    }

    private void run() {
        try {
            while (!closing) {
                heartbeat.dispatch(-1);
                DisplayMode now = modeNow();
                if (!now.equals(mode)) {
                    mode = now;
                }
            }
        } catch (RuntimeException e) {
            end = e.getMessage();
        }
    }

    /** Any thread. */
    DisplayMode mode() {
        return mode;
    }

    /** Waits until the compositor has told everybody of a mode; false if that takes more than a second. */
    boolean awaitMode(DisplayMode wanted) {
        long deadline = System.nanoTime() + TOLD_NANOS;
        while (!mode.equals(wanted) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        return mode.equals(wanted);
    }

    boolean alive() {
        return end.isEmpty() && !closing;
    }

    /** Why it isn't alive; empty while it is. */
    String end() {
        return end;
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        connection.wakeUp();
        ThreadEnd.await(thread);
        connection.close();
    }
}
