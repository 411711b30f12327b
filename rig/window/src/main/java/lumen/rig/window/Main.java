package lumen.rig.window;

import java.nio.file.Path;
import java.util.List;
import lumen.wayland.WaylandException;

/** Runs a {@link CardWindow} that prints its events. Exit status: 0 at its end, 1 compositor lost, 2 wrong arguments. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        Options options;
        Path socket;
        try {
            options = Options.parse(List.of(arguments));
            socket = socket();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(Options.USAGE);
            return 2;
        }
        try (CardWindow window = CardWindow.open(socket, options, Main::print)) {
            window.run();
            return 0;
        } catch (WaylandException e) {
            print("lost " + e.getMessage());
            return 1;
        }
    }

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static Path socket() {
        String display = System.getenv("WAYLAND_DISPLAY");
        String folder = System.getenv("XDG_RUNTIME_DIR");
        if (display == null || display.isEmpty()) {
            throw new IllegalArgumentException("WAYLAND_DISPLAY is not set");
        }
        if (!display.startsWith("/") && folder == null) {
            throw new IllegalArgumentException("XDG_RUNTIME_DIR is not set");
        }
        return folder == null ? Path.of(display) : Path.of(folder).resolve(display);
    }
}
