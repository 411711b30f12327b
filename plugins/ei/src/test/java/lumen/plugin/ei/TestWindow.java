package lumen.plugin.ei;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import lumen.rig.window.CardWindow;
import lumen.rig.window.Options;
import lumen.wayland.WaylandException;

/** A window that fills the compositor's output and writes down what it sees, on a thread of its own. */
final class TestWindow implements AutoCloseable {
    final List<String> events = new CopyOnWriteArrayList<>();
    private final CardWindow window;
    private final Thread thread;

    TestWindow(Path socket) {
        window = CardWindow.open(socket, Options.fullscreen(), line -> {
            if (!line.startsWith("frame")) {
                events.add(line);
            }
        });
        thread = Thread.ofPlatform().daemon().name("card-window").start(() -> {
            try (window) {
                window.run();
            } catch (WaylandException e) {
                events.add("lost " + e.getMessage());
            }
        });
    }

    /** The events from number {@code first} on. */
    List<String> since(int first) {
        List<String> all = List.copyOf(events);
        return all.subList(first, all.size());
    }

    /** Full screen and with the keyboard. */
    void awaitKeyboard() {
        EisServer.eventually(() -> events.contains("enter keyboard") && events.contains("configured 1280x720"),
                () -> "the window is not in front: " + events);
    }

    /** Does something and waits until these patterns have matched in this order, whatever else comes between. */
    void expect(Runnable flush, Runnable action, String... patterns) {
        int before = events.size();
        action.run();
        flush.run();
        EisServer.eventually(() -> {
            int next = 0;
            for (String event : since(before)) {
                if (next < patterns.length && event.matches(patterns[next])) {
                    next++;
                }
            }
            return next == patterns.length;
        }, () -> String.join(", ", patterns) + " have not come: " + since(before));
    }

    @Override
    public void close() throws InterruptedException {
        window.stop();
        thread.join();
    }
}
