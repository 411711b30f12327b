package lumen.plugin.wlroots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.HostContext;
import lumen.spi.Journal;

/** A change to the user's own sway: in the journal before it is made, and undone by the display or the next host. */
final class SwayChange {
    /** What was done, and how it is undone. */
    enum Kind {
        /** An output is about to be made; undone by unplugging the first that was not there before. */
        CREATED,
        /** An output was made; undone by unplugging it. */
        PLUGGED,
        /** Outputs were switched off; undone by switching them on. */
        DISABLED,
        /** The focus was taken to another output; undone by taking it back. */
        FOCUSED
    }

    private static final long SETTLE_NANOS = 1_000_000_000;
    private static final long LOOK_AGAIN_NANOS = 2_000_000;

    private final Journal.Entry entry;
    private final Map<String, String> details;

    private SwayChange(Journal.Entry entry, Map<String, String> details) {
        this.entry = entry;
        this.details = details;
    }

    /** Notes a change that is made next. */
    static SwayChange note(HostContext host, Path ipc, Kind kind, List<String> outputs, String what) {
        Map<String, String> details = Map.of("sway", ipc.toString(), "since", since(ipc), "kind", kind.name(), "outputs",
                String.join(" ", outputs));
        return new SwayChange(host.journal().change(SwayProvider.ID, what, details), details);
    }

    /** When that sway was started: a later one may have the same path, and outputs of the same names. */
    private static String since(Path ipc) {
        try {
            return Long.toString(Files.getLastModifiedTime(ipc).toMillis());
        } catch (IOException e) {
            return ""; // gone
        }
    }

    /** The change was not made, or another note has taken this one's place. */
    void forget() {
        entry.close();
    }

    /** @throws BackendException if sway doesn't answer; the note stays then */
    void undo() {
        undo(details);
        entry.close();
    }

    /** Undoes what {@code details} say, unless their sway has ended: its outputs went with it. */
    static void undo(Map<String, String> details) {
        Path ipc = Path.of(details.getOrDefault("sway", ""));
        Kind kind = Arrays.stream(Kind.values()).filter(k -> k.name().equals(details.get("kind"))).findFirst()
                .orElseThrow(() -> new BackendException("unknown change of sway: " + details));
        List<String> outputs = Arrays.stream(details.getOrDefault("outputs", "").split(" ")).filter(o -> !o.isEmpty()).toList();
        if (since(ipc).isEmpty() || !since(ipc).equals(details.get("since"))) {
            return;
        }
        try (SwayIpc connection = SwayIpc.connect(ipc)) {
            try {
                undo(kind, outputs, connection, ipc);
            } catch (BackendException e) {
                if (!connection.ended()) {
                    throw e;
                }
                settle(() -> !listens(ipc));
                if (listens(ipc)) {
                    throw e;
                }
            }
        } catch (PosixException e) {
            // Nobody listens any more: that sway has ended.
            return;
        }
    }

    private static void undo(Kind kind, List<String> outputs, SwayIpc connection, Path ipc) {
        switch (kind) {
            case CREATED -> firstNew(connection.outputs(), Set.copyOf(outputs)).ifPresent(name -> unplug(connection, ipc, name));
            case PLUGGED -> outputs.forEach(name -> unplug(connection, ipc, name));
            case DISABLED -> enable(connection, ipc, outputs);
            case FOCUSED -> outputs.forEach(name -> focus(connection, name));
        }
    }

    /** A process that is being killed takes connections until its last moment. */
    private static boolean listens(Path ipc) {
        try {
            SwayIpc.connect(ipc).close();
            return true;
        } catch (PosixException e) {
            return false;
        }
    }

    /** The output made first among those that are not {@code before}: sway numbers them in order. */
    static Optional<String> firstNew(List<SwayIpc.OutputState> now, Set<String> before) {
        return now.stream().map(SwayIpc.OutputState::name).filter(name -> !before.contains(name))
                .filter(name -> name.matches("(HEADLESS|WL|X11)-\\d{1,9}"))
                .min(Comparator.comparingInt(name -> Integer.parseInt(name.substring(name.lastIndexOf('-') + 1))));
    }

    private static void unplug(SwayIpc connection, Path ipc, String name) {
        SwayOutput output = new SwayOutput(ipc, name);
        if (output.state(connection).isPresent()) {
            output.command(connection, "unplug");
            settle(() -> output.state(connection).isEmpty());
        }
    }

    private static void enable(SwayIpc connection, Path ipc, List<String> names) {
        for (String name : names) {
            SwayOutput output = new SwayOutput(ipc, name);
            // One that was pulled out meanwhile has no switch.
            if (output.state(connection).isPresent()) {
                output.command(connection, "enable");
                settle(() -> output.state(connection).map(SwayIpc.OutputState::active).orElse(true));
            }
        }
    }

    private static void focus(SwayIpc connection, String name) {
        if (connection.outputs().stream().anyMatch(o -> o.name().equals(name) && o.active())) {
            connection.command("focus output " + name);
        }
    }

    /** sway answers before a change has reached every list; what comes next shall find it there. */
    private static void settle(BooleanSupplier done) {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        while (!done.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
