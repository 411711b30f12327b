package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lumen.posix.ChildProcess;
import lumen.rig.host.TestHost;
import lumen.spi.InputSink;
import org.junit.jupiter.api.Test;

/** What input does in a real sway. Not run by itself: {@link SwayTest} gives it an ordinary user. */
class SwayInputScenarios extends SwayScenario {
    @Test
    void keysAndModifiersReachAWindow() throws Exception {
        try (SwayDisplay display = display(640, 480, 60_000); InputSink input = input(display);
                ColourWindow window = new ColourWindow(socket(display), 0x112233)) {
            awaitEvent(window, "keyboard enter");
            assertTrue(eventually(() -> window.events.contains("modifiers 0 0 16")), "num lock is on");
            input.key(30, true);
            input.key(30, true);
            input.key(30, false);
            input.key(42, true);
            input.key(3, true);
            input.key(3, false);
            input.key(42, false);
            input.key(58, true);
            input.key(58, false);
            input.key(9999, true);
            input.flush();
            awaitEvent(window, "key 58 0");
            List<String> keys = window.events.stream().filter(e -> e.startsWith("key ")).toList();
            assertEquals(List.of("key 30 1", "key 30 0", "key 42 1", "key 3 1", "key 3 0", "key 42 0", "key 58 1",
                    "key 58 0"), keys);
            awaitEvent(window, "modifiers 1 0 16");
            awaitEvent(window, "modifiers 0 0 18");
        }
    }

    @Test
    void thePointerReachesEveryCornerAndItsButtonsAndWheelArrive() throws Exception {
        try (SwayDisplay display = display(1001, 701, 60_000); InputSink input = input(display);
                ColourWindow window = new ColourWindow(socket(display), 0x112233)) {
            awaitEvent(window, "configured 1001x701");
            awaitEvent(window, "keyboard enter");
            input.pointerTo(500, 300, 1000, 600);
            input.flush();
            awaitEvent(window, "at 500,350");
            input.pointerTo(0, 0, 1920, 1080);
            input.flush();
            awaitEvent(window, "at 0,0");
            input.pointerTo(1920, 1080, 1920, 1080);
            input.flush();
            awaitEvent(window, "at 1000,700");
            input.pointerMove(-10, -20);
            input.flush();
            awaitEvent(window, "at 990,680");
            for (int button = 0x110; button <= 0x114; button++) {
                input.button(button, true);
                input.button(button, false);
                input.flush();
                awaitEvent(window, "button " + button + " 1");
                awaitEvent(window, "button " + button + " 0");
            }
            input.scroll(120, 0);
            input.flush();
            awaitEvent(window, "axis 0 -15.0");
            awaitEvent(window, "notches 0 -1");
            awaitEvent(window, "source 0");
            input.scroll(0, 240);
            input.flush();
            awaitEvent(window, "axis 1 30.0");
            awaitEvent(window, "notches 1 2");
            window.events.clear();
            for (int i = 0; i < 4; i++) {
                input.scroll(-30, 0);
                input.flush();
            }
            awaitEvent(window, "notches 0 1");
            assertEquals(4, window.events.stream().filter(e -> e.equals("axis 0 3.75")).count());
            assertEquals(1, window.events.stream().filter(e -> e.startsWith("notches")).count());
        }
    }

    @Test
    void textReachesATerminalWhateverTheLayoutAndTheHeldKeys() throws Exception {
        TestHost paths = host;
        assumeTrue(SwayProvider.program("foot", paths).isPresent(), "foot is not installed");
        Path out = folder.resolve("typed");
        Path ready = folder.resolve("ready");
        String expected = "aé€😀Z~\tq1";
        int length = expected.getBytes(StandardCharsets.UTF_8).length;
        try (SwayDisplay display = display(640, 480, 60_000); InputSink input = input(display)) {
            java.util.Map<String, String> environment = new java.util.HashMap<>(System.getenv());
            environment.putAll(display.environment());
            environment.put("LC_ALL", "C.UTF-8");
            try (ChildProcess foot = ChildProcess.start("foot", List.of("foot", "sh", "-c",
                    "stty raw -echo; touch " + ready + "; head -c " + length + " > " + out), environment, folder,
                    (p, t) -> { })) {
                assertTrue(eventually(() -> Files.exists(ready)), foot::logTail);
                // foot binds the seat before it starts its shell; the focus follows when it is mapped.
                assertTrue(eventually(() -> focused(display)), "focus");
                input.text('a');
                input.text('é');
                input.text('€');
                input.text(0x1F600);
                input.key(29, true);
                input.text('Z');
                input.key(29, false);
                input.text('~');
                input.text('\t');
                input.text(0xD800);
                input.key(16, true);
                input.key(16, false);
                input.key(79, true);
                input.key(79, false);
                input.flush();
                assertTrue(eventually(() -> size(out) >= length), () -> "typed: " + size(out) + " " + foot.logTail());
                assertEquals(expected, Files.readString(out));
            }
        }
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean focused(SwayDisplay display) {
        try {
            Process tree = new ProcessBuilder("swaymsg", "-s", display.environment().get("SWAYSOCK"), "-t", "get_tree")
                    .redirectErrorStream(true).start();
            String json = new String(tree.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return json.contains("\"app_id\": \"foot\"") && json.replaceAll("\\s", "").contains("\"visible\":true");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
