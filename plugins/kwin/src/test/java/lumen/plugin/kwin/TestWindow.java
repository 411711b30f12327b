package lumen.plugin.kwin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import lumen.rig.window.CardWindow;
import lumen.rig.window.Options;
import lumen.wayland.WaylandException;

/** A window with the test card that fills the compositor's choice of output, on a thread of its own. */
final class TestWindow implements AutoCloseable {
    final List<String> events = new CopyOnWriteArrayList<>();
    private final CardWindow window;
    private final Thread thread;

    TestWindow(Path socket, Optional<String> output) {
        window = CardWindow.open(socket, new Options(false, 0, output, 0, 0, false, Duration.ZERO), events::add);
        thread = Thread.ofPlatform().daemon().name("card-window").start(() -> {
            try (window) {
                window.run();
            } catch (WaylandException e) {
                events.add("lost " + e.getMessage());
            }
        });
    }

    void await(String event) {
        Kwin.eventually(() -> events.contains(event), () -> event + " has not come: " + events);
    }

    @Override
    public void close() throws InterruptedException {
        window.stop();
        thread.join();
    }
}
