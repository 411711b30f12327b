package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.DisplayRequest.Placement;
import lumen.spi.InputSink;
import lumen.spi.Probe;
import lumen.spi.VirtualDisplay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Displays on a sway that plays the user's own. */
@Tag("rig")
class JoinRigTest {
    private static final List<String> BEFORE = List.of("HEADLESS-1", "HEADLESS-2");

    @TempDir
    Path folder;
    private UserSway sway;
    private RigScene scene;

    @BeforeEach
    void open() throws IOException {
        sway = new UserSway(folder);
        scene = new RigScene(folder);
        scene.join(sway);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try {
            scene.close();
        } finally {
            sway.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1600,900", "1367,771"})
    void anOutputOfTheExactSizeComesAndGoes(int width, int height) throws Exception {
        long begin = System.nanoTime();
        String name;
        try (VirtualDisplay display = scene.display(width, height, Placement.PRIMARY, null);
                Capturer capturer = scene.capture(display)) {
            RigScene.eventually(() -> capturer.counters().get("frames") > 0, "the first frame, of nothing");
            System.out.println("FIGURE\tjoined sway " + display.mode() + ": first frame " + (System.nanoTime() - begin) / 1_000_000
                    + " ms after the request");
            name = RigScene.source(display).output();
            assertEquals(List.of("HEADLESS-1", "HEADLESS-2", name), sway.outputs());
            assertEquals(DisplayMode.of(width, height, 60), display.mode());
            assertEquals(width, sway.state(name).width());
            assertTrue(sway.state(name).focused(), "primary: the focus is there");
            try (InputSink input = scene.input(display); TestWindow window = RigScene.window(display)) {
                CardPicture.moves(capturer, width, height);
                assertTrue(capturer.state().startsWith("ext-image-copy-capture-v1, " + width + "x" + height), capturer.state());
                RigScene.eventually(() -> window.events.contains("enter keyboard"), window.events.toString());
                input.key(30, true);
                input.key(30, false);
                input.pointerTo(width / 2, height / 2, width, height);
                input.flush();
                CardPicture.await(capturer, width, height, s -> s.lastKey() == 30 && s.pointerX() == width / 2, "key and pointer");
                assertTrue(window.events.contains("key 30 1"), window.events.toString());
                assertTrue(display.tryResize(DisplayMode.of(1023, 601, 60)));
                assertEquals(DisplayMode.of(1023, 601, 60), display.mode());
                CardPicture.moves(capturer, 1023, 601);
            }
        }
        assertEquals(BEFORE, sway.outputs());
        assertTrue(sway.state("HEADLESS-1").focused() || sway.state("HEADLESS-2").focused());
    }

    @Test
    void theOthersAreOffMeanwhileAndComeBackWhereTheyWere() throws Exception {
        List<SwayIpc.OutputState> places = sway.states();
        try (VirtualDisplay display = scene.display(1024, 768, Placement.ONLY, null); Capturer capturer = scene.capture(display);
                TestWindow window = RigScene.window(display)) {
            assertEquals(List.of("(HEADLESS-1)", "(HEADLESS-2)", RigScene.source(display).output()),
                    sway.outputs());
            CardPicture.moves(capturer, 1024, 768);
            assertTrue(window.events.contains("configured 1024x768"));
            assertEquals(2, scene.host.changes.size(), scene.host.changes.toString());
        }
        assertEquals(BEFORE, sway.outputs());
        for (SwayIpc.OutputState before : places) {
            SwayIpc.OutputState now = sway.state(before.name());
            assertEquals(KeptPlace.place(before) + " " + before.width() + "x" + before.height(),
                    KeptPlace.place(now) + " " + now.width() + "x" + now.height());
        }
    }

    @Test
    void theFocusReturnsToWhereItWas() {
        sway.command("focus output HEADLESS-2");
        try (VirtualDisplay display = scene.display(640, 480, Placement.PRIMARY, null)) {
            assertTrue(sway.state(RigScene.source(display).output()).focused());
        }
        assertTrue(sway.state("HEADLESS-2").focused());
    }

    @Test
    void anExistingOutputIsShownAsItIs() throws Exception {
        for (boolean isSway : new boolean[] {true, false}) {
            if (!isSway) {
                // As any other compositor on wlroots looks.
                scene.host.variables.put("SWAYSOCK", "");
            }
            try (VirtualDisplay display = scene.display(1600, 900, Placement.EXTEND, "HEADLESS-2");
                    Capturer capturer = scene.capture(display); TestWindow window = RigScene.window(display)) {
                assertEquals(DisplayMode.of(640, 480, 60), display.mode());
                CardPicture.moves(capturer, 640, 480);
                assertFalse(display.tryResize(DisplayMode.of(800, 600, 60)));
                sway.command("output HEADLESS-2 mode --custom 720x480@60Hz");
                CardPicture.moves(capturer, 720, 480);
                RigScene.eventually(() -> display.mode().equals(DisplayMode.of(720, 480, 60)), "the new mode is told");
                sway.command("output HEADLESS-2 mode --custom 640x480@60Hz");
                assertTrue(window.events.contains("configured 640x480"));
            }
            assertEquals(BEFORE, sway.outputs());
        }
    }

    @Test
    void whatCannotBeShownIsRefusedWithWhatCan() {
        String unknown = refusal("DP-7");
        assertTrue(unknown.contains("DP-7") && unknown.contains("HEADLESS-1") && unknown.contains("HEADLESS-2"), unknown);
        sway.command("output HEADLESS-2 transform 90");
        RigScene.eventually(() -> refusal("HEADLESS-2").contains("turned"), "a turned output is refused");
        scene.host.variables.put("SWAYSOCK", "");
        String noSway = refusal(null);
        assertTrue(noSway.contains("display.output") && noSway.contains("HEADLESS-1"), noSway);
        scene.host.variables.put("WAYLAND_DISPLAY", "/nowhere/wayland-9");
        assertTrue(refusal(null).contains("/nowhere/wayland-9"));
        assertInstanceOf(Probe.Unavailable.class, new SwayProvider().probe(scene.host));
    }

    private String refusal(String output) {
        return assertThrows(BackendException.class, () -> scene.display(800, 600, Placement.EXTEND, output).close()).getMessage();
    }

    @Test
    void aClientFindsScaleAndPositionOfItsLastVisit() {
        try (VirtualDisplay display = scene.display(1600, 900)) {
            String name = RigScene.source(display).output();
            assertEquals(1, sway.state(name).scale());
            sway.command("output " + name + " scale 2");
            sway.command("output " + name + " position 0 700");
        }
        try (VirtualDisplay display = scene.display(1600, 900)) {
            SwayIpc.OutputState now = sway.state(RigScene.source(display).output());
            assertEquals(2, now.scale());
            assertEquals("0 700", KeptPlace.place(now));
        }
    }

    @Test
    void twoSessionsHaveAnOutputEachEvenIfOneWantsToBeAlone() throws Exception {
        try (VirtualDisplay one = scene.display("aa", 800, 600, Placement.EXTEND, null);
                VirtualDisplay two = scene.display("bb", 1024, 601, Placement.ONLY, null);
                Capturer first = scene.capture(one); Capturer second = scene.capture(two);
                TestWindow left = RigScene.window(one); TestWindow right = RigScene.window(two)) {
            CardPicture.moves(first, 800, 600);
            CardPicture.moves(second, 1024, 601);
            assertTrue(left.events.contains("configured 800x600") && right.events.contains("configured 1024x601"));
        }
        assertEquals(BEFORE, sway.outputs());
    }

    @Test
    void aKilledHostsChangesAreUndoneAtTheNextStart() throws Exception {
        Process doomed = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), DoomedHost.class.getName(),
                folder.toString(), sway.socket.toString(), sway.ipc.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(doomed.getInputStream()))) {
            List<Map<String, String>> notes = new java.util.ArrayList<>();
            for (String line = out.readLine(); line != null && !line.equals("open"); line = out.readLine()) {
                Map<String, String> note = new HashMap<>();
                for (String field : line.split("\t")) {
                    note.put(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
                }
                notes.add(note);
            }
            assertEquals(List.of("(HEADLESS-1)", "(HEADLESS-2)"), sway.outputs().subList(0, 2));
            doomed.destroyForcibly();
            assertTrue(doomed.waitFor(10, TimeUnit.SECONDS));
            assertEquals(3, sway.outputs().size(), "nobody has undone anything yet");
            for (Map<String, String> note : notes) {
                new SwayProvider().undo(note, scene.host);
            }
            assertEquals(BEFORE, sway.outputs());
            for (Map<String, String> note : notes) {
                new SwayProvider().undo(note, scene.host); // a second time changes nothing
            }
            assertEquals(BEFORE, sway.outputs());
        } finally {
            doomed.destroyForcibly();
        }
    }

    /** Joins, says what is in its journal, and waits to be killed. */
    static final class DoomedHost {
        public static void main(String[] args) throws Exception {
            TestHost host = new TestHost(Path.of(args[0]));
            host.variables.putAll(Map.of("LUMEN_DISPLAY_JOIN", "true", "WAYLAND_DISPLAY", args[1], "SWAYSOCK", args[2]));
            new SwayProvider().create(new DisplayRequest(DisplayMode.of(800, 600, 60), "d", "dead", Placement.ONLY,
                    Optional.empty(), Optional.empty()), host);
            for (Map<String, String> change : host.changes) {
                System.out.println(String.join("\t", change.entrySet().stream().map(Object::toString).toList()));
            }
            System.out.println("open");
            Thread.currentThread().join();
        }
    }

    @Test
    void anOutputThatIsPulledOutEndsTheCapture() throws Exception {
        try (VirtualDisplay display = scene.display(800, 600); Capturer capturer = scene.capture(display);
                TestWindow window = RigScene.window(display)) {
            CardPicture.moves(capturer, 800, 600);
            String name = RigScene.source(display).output();
            sway.command("output " + name + " unplug");
            String reason = RigScene.endOf(capturer);
            assertTrue(reason.contains(name), reason);
            RigScene.eventually(() -> !display.alive(), "the display has gone");
            assertTrue(display.lastWords().getFirst().contains(name));
            assertTrue(display.replaceable());
            assertTrue(window.events.contains("configured 800x600"));
        }
        assertEquals(BEFORE, sway.outputs());
    }

    @Test
    void aKilledSwayEndsEverythingAndLeavesNothing() throws Exception {
        try (VirtualDisplay display = scene.display(800, 600, Placement.ONLY, null); Capturer capturer = scene.capture(display)) {
            sway.signal("KILL");
            assertTrue(RigScene.endOf(capturer).contains("closed the connection"));
            RigScene.eventually(() -> !display.alive(), "the display has gone");
        }
    }

    @Test
    void aPausedSwayEndsTheCaptureAndIsTidiedUpWhenItGoesOn() throws Exception {
        VirtualDisplay display = scene.display(800, 600);
        try (Capturer capturer = scene.capture(display)) {
            sway.signal("STOP");
            long begin = System.nanoTime();
            assertTrue(RigScene.endOf(capturer).contains("has not answered"));
            RigScene.eventually(() -> !display.alive(), "the display has gone");
            System.out.println("FIGURE\tjoined sway paused: noticed after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        }
        display.close();
        assertEquals(1, scene.host.changes.size(), "the journal keeps what could not be undone");
        sway.signal("CONT");
        for (Map<String, String> note : List.copyOf(scene.host.changes)) {
            new SwayProvider().undo(note, scene.host);
            scene.host.changes.remove(note);
        }
        assertEquals(BEFORE, sway.outputs());
    }

    @Test
    void nothingIsLeftOpen() throws Exception {
        once();
        long before = RigScene.descriptors();
        for (int i = 0; i < 3; i++) {
            once();
        }
        RigScene.eventually(() -> RigScene.descriptors() <= before, "descriptors left");
        assertTrue(Files.exists(sway.socket));
    }

    private void once() {
        try (VirtualDisplay display = scene.display(800, 600, Placement.ONLY, null); Capturer capturer = scene.capture(display)) {
            RigScene.eventually(() -> capturer.counters().get("frames") > 0, "a frame");
        }
    }
}
