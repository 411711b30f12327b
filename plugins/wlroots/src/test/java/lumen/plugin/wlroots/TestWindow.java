package lumen.plugin.wlroots;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import lumen.rig.window.CardWindow;
import lumen.rig.window.Options;
import lumen.wayland.WaylandException;

/** A window with the test card on a thread of its own. */
final class TestWindow implements AutoCloseable {
    final List<String> events = new CopyOnWriteArrayList<>();
    private final CardWindow window;
    private final Thread thread;

    private TestWindow(Path socket, Options options) {
        window = CardWindow.open(socket, options, events::add);
        thread = Thread.ofPlatform().daemon().name("card-window").start(() -> {
            try (window) {
                window.run();
            } catch (WaylandException e) {
                events.add("lost " + e.getMessage());
            }
        });
    }

    static TestWindow on(Path socket, String output) {
        return new TestWindow(socket, new Options(false, 0, Optional.of(output), 0, 0, false, Duration.ZERO));
    }

    static TestWindow withPointer(Path socket, String output) {
        return new TestWindow(socket, new Options(true, 0, Optional.of(output), 0, 0, true, Duration.ZERO));
    }

    @Override
    public void close() throws InterruptedException {
        window.stop();
        thread.join();
    }
}
