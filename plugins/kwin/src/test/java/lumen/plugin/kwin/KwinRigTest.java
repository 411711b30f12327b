package lumen.plugin.kwin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lumen.plugin.ei.EiInputProvider;
import lumen.plugin.pipewire.PipewireCapturerProvider;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.DisplayRequest.Placement;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportOffer;
import lumen.spi.InputRoute;
import lumen.spi.InputSink;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real KWin, its outputs and its input: on its virtual backend in the rig, on a display in the virtual machine. */
@Tag("rig")
@Tag("vm")
@Timeout(120)
class KwinRigTest {
    private static final String CLIENT = "c0ffee01";
    private static final String OUTPUT = "Virtual-lumen-" + CLIENT;
    private static final List<ImportOffer> MEMORY = Stream.of(PixelFormat.values())
            .map(f -> new ImportOffer(ImportOffer.Transport.MEMORY, f, 0)).toList();
    private static final FrameSignal POLLED = new FrameSignal() {
        @Override
        public void frameReady() {
            // The tests poll.
        }

        @Override
        public void slotGone(BufferSlot slot) {
            // Nothing is kept of it.
        }
    };

    @TempDir
    private Path home;
    @TempDir
    private Path runtime;
    private Kwin kwin;
    private TestHost host;
    private List<String> before;
    private Set<String> threadsBefore;
    private long descriptorsBefore;

    @BeforeEach
    void start() throws IOException {
        start(false, 1);
    }

    private void start(boolean checks, int outputs) throws IOException {
        kwin = Kwin.start(home, checks, outputs);
        host = new TestHost(runtime).refusing(TestHost.Service.PROCESSES);
        host.variables.put("WAYLAND_DISPLAY", kwin.socket.toString());
        before = kwin.outputs();
        threadsBefore = threads();
        descriptorsBefore = descriptors();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        try {
            assertEquals(List.of(), host.changes, "in the journal");
            Kwin.eventually(() -> threadsBefore.containsAll(threads()), () -> "threads left: " + threads());
            if (kwin.process.isAlive()) {
                assertEquals(before, kwin.outputs());
            }
            try (Stream<Path> files = Files.list(runtime)) {
                assertEquals(List.of(), files.toList());
            }
        } finally {
            kwin.close();
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName)
                .filter(name -> name.startsWith("lumen-") && !name.startsWith("lumen-pipewire")).collect(Collectors.toSet());
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private KwinDisplay create(int width, int height, int hertz) {
        return create(CLIENT, DisplayMode.of(width, height, hertz), Placement.EXTEND, null);
    }

    private KwinDisplay create(String client, DisplayMode mode, Placement placement, String output) {
        return assertInstanceOf(KwinDisplay.class, new KwinProvider().create(new DisplayRequest(mode, "s1", client, placement,
                Optional.ofNullable(output), Optional.empty()), host));
    }

    private static Capturer capture(KwinDisplay display) {
        Capturer capturer = new PipewireCapturerProvider().open(display.source(), display.mode(), POLLED);
        capturer.offer(MEMORY);
        return capturer;
    }

    /** Polls until a frame of that size comes. */
    private static void awaitFrame(Capturer capturer, int width, int height) {
        Kwin.eventually(() -> {
            CapturedFrame frame = capturer.poll();
            if (frame == null) {
                return false;
            }
            boolean right = frame.slot() instanceof BufferSlot.Memory m && m.width() == width && m.height() == height;
            frame.release();
            return right;
        }, () -> "no frame of " + width + "x" + height + ": " + capturer.state() + " " + capturer.counters());
    }

    @Test
    void anOutputOfTheExactSizeAppearsIsStreamedAndVanishes() {
        for (String size : List.of("1366x768", "1279x719", "1600x900", "3441x1439")) {
            int width = Integer.parseInt(size.substring(0, size.indexOf('x')));
            int height = Integer.parseInt(size.substring(size.indexOf('x') + 1));
            long start = System.nanoTime();
            try (KwinDisplay display = create(width, height, 60)) {
                System.out.printf("FIGURE\tkwin display %s created after\t%d ms%n", size, (System.nanoTime() - start) / 1_000_000);
                assertEquals(DisplayMode.of(width, height, 60), display.mode());
                assertTrue(kwin.outputs().contains(OUTPUT + " " + size), () -> kwin.outputs().toString());
                assertTrue(display.alive());
                assertTrue(display.replaceable());
                assertTrue(((FrameSource.PipeWireNode) display.source()).serial() > 0);
                try (Capturer capturer = capture(display)) {
                    awaitFrame(capturer, width, height);
                    System.out.printf("FIGURE\tkwin display %s first frame after\t%d ms, %s%n", size, (System.nanoTime() - start) / 1_000_000,
                            capturer.state());
                }
            }
            assertEquals(before, kwin.outputs());
        }
    }

    @Test
    void otherRatesComeAsNearAsKwinComputesThemAndAreToldTruly() {
        try (KwinDisplay display = create(1600, 900, 120)) {
            assertEquals(120_000, display.mode().refreshMilliHz(), 1_200);
            assertTrue(display.mode().refreshMilliHz() != 120_000, "a pixel clock in steps of 250 kHz makes no even 120 Hz");
        }
        try (KwinDisplay display = create(1279, 719, 120)) {
            assertEquals(DisplayMode.of(1279, 719, 60), display.mode());
        }
    }

    @Test
    void modesThatCantBeAreRefusedNamingTheNearest() {
        BackendException refusal = assertThrows(BackendException.class, () -> create(20_000, 8, 60));
        assertEquals("KWin can't show 20000x8@60; the nearest it can is 16384x16@60", refusal.getMessage());
    }

    @Test
    void theSizeChangesInPlaceWhereKwinCanAndElseTheDisplayStaysAsItIs() {
        try (KwinDisplay display = create(1600, 900, 60); Capturer capturer = capture(display)) {
            awaitFrame(capturer, 1600, 900);
            assertTrue(display.tryResize(DisplayMode.of(1280, 800, 60)));
            assertEquals(1280, display.mode().width());
            awaitFrame(capturer, 1280, 800);
            assertFalse(display.tryResize(DisplayMode.of(1367, 771, 60)));
            assertEquals(1280, display.mode().width());
            assertTrue(kwin.outputs().contains(OUTPUT + " 1280x800"));
            assertFalse(display.tryResize(DisplayMode.of(20_000, 800, 60)));
            assertTrue(display.alive());
        }
        // KWin remembers 1280x800 and puts it back.
        try (KwinDisplay display = create(1279, 719, 60)) {
            assertEquals(DisplayMode.of(1279, 719, 60), display.mode());
        }
    }

    @Test
    void aStillScreenIsPaintedAgainForACaptureThatRested() {
        try (KwinDisplay display = create(1600, 900, 60); Capturer capturer = capture(display)) {
            awaitFrame(capturer, 1600, 900);
            for (int i = 0; i < 5; i++) {
                capturer.active(false);
                capturer.active(true);
                awaitFrame(capturer, 1600, 900);
            }
        }
        try (KwinDisplay display = create(1600, 900, 60)) {
            for (int i = 0; i < 3; i++) {
                try (Capturer capturer = capture(display)) {
                    awaitFrame(capturer, 1600, 900);
                }
            }
        }
    }

    @Test
    void severalDisplaysLiveSideBySide() {
        try (KwinDisplay one = create("aaaa", DisplayMode.of(1280, 720, 60), Placement.EXTEND, null);
             KwinDisplay two = create("bbbb", DisplayMode.of(1024, 768, 60), Placement.EXTEND, null);
             KwinDisplay again = create("bbbb", DisplayMode.of(800, 600, 60), Placement.EXTEND, null);
             Capturer first = capture(one); Capturer second = capture(two); Capturer third = capture(again)) {
            assertTrue(kwin.outputs().containsAll(List.of("Virtual-lumen-aaaa 1280x720", "Virtual-lumen-bbbb 1024x768",
                    "Virtual-lumen-bbbb-2 800x600")), () -> kwin.outputs().toString());
            awaitFrame(first, 1280, 720);
            awaitFrame(second, 1024, 768);
            awaitFrame(third, 800, 600);
            two.close();
            assertFalse(kwin.outputs().contains("Virtual-lumen-bbbb 1024x768"));
            assertTrue(one.alive());
            assertTrue(again.alive());
        }
    }

    @Test
    void inputReachesAWindowOnTheOutput() throws Exception {
        try (KwinDisplay display = create(1600, 900, 60)) {
            InputRoute route = display.input().orElseThrow();
            assertInstanceOf(InputRoute.KwinFakeInput.class, route);
            assertTrue(new KwinInputProvider().accepts(route));
            // Without a word of where it wants to be: windows open where the pointer is.
            try (InputSink sink = new KwinInputProvider().open(route, display.mode());
                 TestWindow window = new TestWindow(kwin.socket, Optional.empty())) {
                drive(sink, window);
                sink.text('x');
                sink.text('\n');
                sink.flush();
                window.await("key 45 1");
                window.await("key 45 0");
                window.await("key 28 1");
            }
        }
    }

    private static void drive(InputSink sink, TestWindow window) {
        window.await("configured 1600x900");
        window.await("enter keyboard");
        sink.pointerTo(0, 0, 100, 100);
        sink.flush();
        sink.pointerTo(50, 25, 100, 100);
        sink.flush();
        window.await("pointer 800.0 225.0");
        sink.pointerTo(100, 100, 100, 100);
        sink.flush();
        window.await("pointer 1599.0 899.0");
        sink.pointerMove(-9, -19);
        sink.flush();
        window.await("pointer 1590.0 880.0");
        sink.button(0x110, true);
        sink.button(0x110, false);
        sink.flush();
        window.await("button 272 1");
        window.await("button 272 0");
        sink.scroll(120, 0);
        sink.flush();
        window.await("axis 0 -15.0");
        sink.key(30, true);
        sink.key(30, false);
        sink.flush();
        window.await("key 30 1");
        window.await("key 30 0");
    }

    @Test
    void theEmulatedInputServerReachesAWindowToo() throws Exception {
        try (KwinDisplay display = create(1600, 900, 60)) {
            KwinOutput.Area area = kwin.ask(c -> c.outputs().named(OUTPUT).orElseThrow().area().orElseThrow());
            try (EisRoute route = EisRoute.open(host, area).orElseThrow()) {
                assertEquals(new InputRoute.Region(Optional.empty(), (int) area.x(), 0, 1600, 900), route.region());
                assertTrue(area.x() > 0, "beside the user's output");
                try (InputSink sink = new EiInputProvider().open(route, display.mode());
                     TestWindow window = new TestWindow(kwin.socket, Optional.empty())) {
                    drive(sink, window);
                }
            }
        }
    }

    @Test
    void absolutePositionsFollowTheScaleThatKwinKeepsForTheClient() throws Exception {
        try (KwinDisplay display = create(1600, 900, 60)) {
            assertEquals(DisplayMode.of(1600, 900, 60), display.mode());
            assertEquals(Optional.empty(), kwin.ask(c -> OutputChange.begin(c, OutputChange.management(c))
                    .scale(c.outputs().named(OUTPUT).orElseThrow(), 1.25).apply()));
        }
        try (KwinDisplay display = create(1600, 900, 60);
             InputSink sink = new KwinInputProvider().open(display.input().orElseThrow(), display.mode());
             TestWindow window = new TestWindow(kwin.socket, Optional.empty())) {
            assertEquals(1.25, kwin.ask(c -> c.outputs().named(OUTPUT).orElseThrow().scale()));
            window.await("configured 1600x900 shown as 1280x720");
            sink.pointerTo(1, 1, 10, 10);
            sink.flush();
            sink.pointerTo(5, 5, 10, 10);
            sink.flush();
            window.await("pointer 640.0 360.0");
        }
    }

    @Test
    void primaryAndOnlyAreUndone() throws Exception {
        kwin.close();
        start(false, 2);
        List<String> users = kwin.order();
        try (KwinDisplay display = create(CLIENT, DisplayMode.of(1280, 720, 60), Placement.PRIMARY, null)) {
            assertEquals(1, host.changes.size());
            assertEquals(OUTPUT, kwin.order().getFirst());
            assertEquals(users, kwin.order().subList(1, users.size() + 1));
            assertTrue(display.alive());
        }
        assertEquals(users, kwin.order());
        try (KwinDisplay display = create(CLIENT, DisplayMode.of(1280, 720, 60), Placement.ONLY, null)) {
            assertEquals(1, host.changes.size());
            assertEquals(List.of(OUTPUT), kwin.order());
            assertTrue(display.alive());
            try (KwinDisplay other = create("beef", DisplayMode.of(1280, 800, 60), Placement.ONLY, null)) {
                assertEquals(Set.of(OUTPUT, "Virtual-lumen-beef"), Set.copyOf(kwin.order()));
                assertTrue(other.alive());
            }
            assertEquals(List.of(OUTPUT), kwin.order(), "the other session's end must not switch them on");
        }
        assertEquals(users, kwin.order());
        try (KwinDisplay display = create(CLIENT, DisplayMode.of(1280, 720, 60), Placement.EXTEND, null)) {
            assertTrue(display.alive());
            assertEquals(users, kwin.order().subList(0, users.size()), "the next visit begins as the first did");
        }
    }

    @Test
    void aKilledHostLeavesTheOutputsAsTheyWere() {
        List<String> users = kwin.order();
        KwinDisplay display = create(CLIENT, DisplayMode.of(1280, 720, 60), Placement.ONLY, null);
        assertEquals(List.of(OUTPUT), kwin.order());
        Map<String, String> noted = host.changes.getFirst();
        display.hangUp();
        Kwin.eventually(() -> kwin.order().equals(users), () -> "KWin goes back to " + users + ": " + kwin.order());
        display.close();
        host.noted.clear(); // as if it had not come to that
        new KwinProvider().undo(noted, host);
        assertEquals(users, kwin.order());
        try (KwinDisplay next = create(CLIENT, DisplayMode.of(1280, 720, 60), Placement.EXTEND, null)) {
            assertEquals(Set.of(users.getFirst(), OUTPUT), Set.copyOf(kwin.order()));
            assertTrue(next.alive());
        }
        assertEquals(Map.of(), host.noted);
    }

    @Test
    void anOutputThatIsThereIsStreamedAsItIs() {
        String name = before.getFirst().substring(0, before.getFirst().indexOf(' '));
        try (KwinDisplay display = create(CLIENT, DisplayMode.of(640, 480, 60), Placement.EXTEND, name);
             Capturer capturer = capture(display)) {
            assertEquals(before, kwin.outputs());
            awaitFrame(capturer, display.mode().width(), display.mode().height());
            assertFalse(display.tryResize(DisplayMode.of(800, 600, 60)));
        }
        BackendException refusal = assertThrows(BackendException.class,
                () -> create(CLIENT, DisplayMode.of(640, 480, 60), Placement.EXTEND, "DP-77"));
        assertTrue(refusal.getMessage().contains("KWin has no output DP-77, but ["), refusal.getMessage());
    }

    @Test
    void aKilledKwinIsNoticedAndLeavesNothing() throws Exception {
        KwinDisplay display = create(CLIENT, DisplayMode.of(1280, 720, 60), Placement.ONLY, null);
        InputSink sink = new KwinInputProvider().open(display.input().orElseThrow(), display.mode());
        kwin.signal("KILL");
        kwin.process.waitFor();
        Kwin.eventually(() -> !display.alive(), () -> "still alive");
        assertTrue(display.lastWords().getFirst().contains("closed the connection"), () -> display.lastWords().toString());
        sink.pointerTo(1, 1, 2, 2);
        sink.flush();
        sink.close();
        display.close();
        assertTrue(host.noted.containsKey("kwin/" + CLIENT + "/restore"), "the next visit puts the outputs right");
        assertThrows(BackendException.class, () -> create(1280, 720, 60));
    }

    @Test
    void aPausedKwinIsNoticedAndClosingDoesNotHang() throws Exception {
        KwinDisplay display = create(1280, 720, 60);
        kwin.signal("STOP");
        try {
            Kwin.eventually(() -> !display.alive(), () -> "still alive");
            long start = System.nanoTime();
            display.close();
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(8).toNanos());
            assertInstanceOf(Probe.Unavailable.class, new KwinProvider().probe(host));
        } finally {
            kwin.signal("CONT");
        }
        Kwin.eventually(() -> kwin.outputs().equals(before), () -> "left: " + kwin.outputs());
    }

    @Test
    void closingAPausedKwinBeforeThatWasNoticedIsBounded() throws Exception {
        KwinDisplay display = create(1280, 720, 60);
        kwin.signal("STOP");
        try {
            long start = System.nanoTime();
            display.close();
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(10).toNanos());
        } finally {
            kwin.signal("CONT");
        }
        Kwin.eventually(() -> kwin.outputs().equals(before), () -> "left: " + kwin.outputs());
    }

    @Test
    void withoutPermissionTheProbeSaysHowToGetIt() throws Exception {
        kwin.close();
        start(true, 1);
        host.variables.put("XDG_DATA_HOME", home.resolve(".local/share").toString());
        Probe.Unavailable refused = assertInstanceOf(Probe.Unavailable.class, new KwinProvider().probe(host));
        assertTrue(refused.reason().contains("zkde_screencast_unstable_v1"), refused.reason());
        assertTrue(refused.remedy().orElseThrow().contains("packaging/kwin/allow"), () -> refused.remedy().toString());
        assertThrows(BackendException.class, () -> create(1280, 720, 60));

        Path folder = Path.of(KwinRigTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        while (!Files.exists(folder.resolve("packaging/kwin/allow"))) {
            folder = folder.getParent();
        }
        ProcessBuilder allow = new ProcessBuilder(folder.resolve("packaging/kwin/allow").toString(),
                Permission.program().orElseThrow().toString());
        allow.environment().put("HOME", home.toString());
        allow.environment().remove("XDG_DATA_HOME");
        assertEquals(0, allow.inheritIO().start().waitFor());
        Kwin.eventually(() -> kwin.offers("zkde_screencast_unstable_v1"), () -> "KWin does not see the desktop file");
        Probe.Available allowed = assertInstanceOf(Probe.Available.class, new KwinProvider().probe(host));
        assertTrue(allowed.evidence().stream().anyMatch(e -> e.name().equals("permission") && e.value().endsWith(Permission.FILE)),
                () -> allowed.evidence().toString());
        try (KwinDisplay display = create(1280, 720, 60)) {
            assertTrue(display.input().orElseThrow() instanceof InputRoute.KwinFakeInput);
        }
    }

    @Test
    void theProbeTellsVersionAndBackend() {
        Probe.Available probe = assertInstanceOf(Probe.Available.class, new KwinProvider().probe(host));
        assertTrue(probe.evidence().stream().anyMatch(e -> e.name().equals("kwin") && e.value().matches("\\d+\\.\\d+\\.\\d+.*")),
                () -> probe.evidence().toString());
        System.out.println("FIGURE\tprobe\t" + probe);
    }

    @Test
    void openingAndClosingLeavesNoDescriptors() throws Exception {
        create(1280, 720, 60).close();
        long once = descriptors();
        for (int i = 0; i < 10; i++) {
            create(1280 + i, 720, 60).close();
        }
        assertTrue(descriptors() <= once, () -> once + " descriptors have become more, at the start " + descriptorsBefore);
    }
}
