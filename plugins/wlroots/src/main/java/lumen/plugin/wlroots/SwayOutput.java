package lumen.plugin.wlroots;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;

/**
 * One output of a sway.
 *
 * @param ipc  sway's IPC socket
 * @param name such as {@code HEADLESS-1}
 */
record SwayOutput(Path ipc, String name) {
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(1);
    private static final long LOOK_AGAIN_NANOS = 2_000_000;

    /** The part of sway-output(5) that sets a mode no monitor needs to know. */
    static String modeCommand(DisplayMode mode) {
        return String.format(Locale.ROOT, "mode --custom %dx%d@%.3fHz", mode.width(), mode.height(),
                mode.refreshMilliHz() / 1000.0);
    }

    /** What sway says of it now; empty if it has gone. */
    Optional<SwayIpc.OutputState> state(SwayIpc connection) {
        return connection.outputs().stream().filter(o -> o.name().equals(name)).findFirst();
    }

    /** Has sway do something with it, such as {@code "disable"}. */
    void command(SwayIpc connection, String what) {
        connection.command("output " + name + " " + what);
    }

    /**
     * Changes the mode.
     *
     * @return what it really is then
     * @throws BackendException if sway refuses, or nothing happens for a second
     */
    DisplayMode change(SwayIpc connection, DisplayMode wanted) {
        command(connection, modeCommand(wanted));
        return awaitMode(connection, wanted, System.nanoTime() + CHANGE_LIMIT.toNanos());
    }

    /** Waits until the output has the wanted size and answers its mode. */
    DisplayMode awaitMode(SwayIpc connection, DisplayMode wanted, long deadline) {
        while (true) {
            List<SwayIpc.OutputState> outputs = connection.outputs();
            for (SwayIpc.OutputState output : outputs) {
                if (output.name().equals(name) && output.active() && output.width() == wanted.width()
                        && output.height() == wanted.height()
                        && Math.abs(output.refreshMilliHz() - wanted.refreshMilliHz()) <= 1) {
                    return new DisplayMode(output.width(), output.height(), output.refreshMilliHz());
                }
            }
            if (System.nanoTime() > deadline) {
                throw new BackendException("sway has no output of " + wanted + ", but " + outputs);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
