package lumen.plugin.mutter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import lumen.dbus.DBusConnection;
import lumen.plugin.pipewire.PipewireCapturerProvider;
import lumen.posix.Fd;
import lumen.rig.host.Eventually;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.DisplayRequest.Placement;
import lumen.spi.FrameSignal;
import lumen.spi.ImportOffer;
import lumen.spi.InputRoute;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import lumen.spi.VirtualDisplay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Mutter with a monitor of its own, which stands for the user's. */
@Tag("rig")
@Timeout(90)
class MutterRigTest {
    private static final String USERS = "Meta-0";
    private static final List<ImportOffer> MEMORY = List.of(new ImportOffer(ImportOffer.Transport.MEMORY, PixelFormat.XRGB8888, 0),
            new ImportOffer(ImportOffer.Transport.MEMORY, PixelFormat.ARGB8888, 0));
    private static final FrameSignal POLLED = new FrameSignal() {
        @Override
        public void frameReady() {
            // The tests poll.
        }

        @Override
        public void slotGone(BufferSlot slot) {
            // Nothing was imported.
        }
    };

    @TempDir
    private Path folder;
    private final TestHost host = new TestHost().refusing(TestHost.Service.PROCESSES);
    private final MutterProvider provider = new MutterProvider();
    private Process mutter;
    private DBusConnection bus;
    private final Map<VirtualDisplay, Capturer> captures = new HashMap<>();

    @BeforeEach
    void start() throws Exception {
        bus = DBusConnection.session(System.getenv());
        Eventually.holds("the last Mutter has gone", () -> !bus.hasOwner(MutterApi.SCREEN_CAST));
        mutter = new ProcessBuilder("mutter", "--headless", "--wayland", "--no-x11", "--wayland-display", "wayland-m", "--virtual-monitor", "1280x720@60")
                .redirectErrorStream(true).redirectOutput(folder.resolve("mutter.log").toFile()).start();
        Eventually.holds("Mutter is there", () -> bus.hasOwner(MutterApi.SCREEN_CAST) && bus.hasOwner(MutterApi.REMOTE_DESKTOP)
                && bus.hasOwner(DisplayState.DISPLAY_CONFIG));
    }

    @AfterEach
    void stop() throws Exception {
        captures.values().stream().filter(Objects::nonNull).forEach(Capturer::close);
        captures.keySet().forEach(VirtualDisplay::close);
        mutter.destroy();
        if (!mutter.waitFor(5, TimeUnit.SECONDS)) {
            mutter.destroyForcibly().waitFor();
        }
        bus.close();
        Eventually.holds("no thread is left", () -> threads().isEmpty());
    }

    private VirtualDisplay display(String client, int width, int height, Placement placement) {
        VirtualDisplay display = provider.create(new DisplayRequest(DisplayMode.of(width, height, 60), "s" + client, client, placement,
                Optional.empty(), Optional.empty()), host);
        captures.put(display, null);
        consume(display);
        return display;
    }

    /** Mutter makes a monitor for who looks at it. */
    private void consume(VirtualDisplay display) {
        Capturer capturer = new PipewireCapturerProvider().open(display.source(), display.mode(), POLLED);
        capturer.offer(MEMORY);
        captures.put(display, capturer);
        awaitFrame(display);
    }

    private void awaitFrame(VirtualDisplay display) {
        Capturer capturer = captures.get(display);
        Eventually.holds(() -> "a frame: " + capturer.state() + " " + capturer.counters(), () -> {
            CapturedFrame frame = capturer.poll();
            if (frame == null) {
                return false;
            }
            boolean right = frame.slot().width() == display.mode().width() && frame.slot().height() == display.mode().height();
            frame.release();
            return right;
        });
    }

    private void close(VirtualDisplay display) {
        captures.remove(display).close();
        display.close();
    }

    private void eventually(String what, Predicate<DisplayState> condition) {
        Eventually.holds(() -> what + ": " + DisplayState.read(bus), () -> condition.test(DisplayState.read(bus)));
    }

    private static Optional<LogicalMonitor> sized(DisplayState state, int width, int height) {
        return state.monitors().stream().filter(m -> m.remote() && m.sizes().containsValue(new DisplayState.Size(width, height)))
                .findFirst().flatMap(m -> state.shownBy(m.connector()));
    }

    @Test
    void shouldMakeMonitorsThatComeAndGoInMuttersOwnList() {
        Probe.Available probe = assertInstanceOf(Probe.Available.class, provider.probe(host));
        assertTrue(probe.evidence().toString().contains("ScreenCast"), probe.evidence().toString());
        DisplayState before = DisplayState.read(bus);
        VirtualDisplay one = display("a", 1600, 900, Placement.EXTEND);
        VirtualDisplay other = display("b", 1367, 771, Placement.EXTEND);
        eventually("both are there", s -> s.layout().size() == 3 && sized(s, 1600, 900).isPresent() && sized(s, 1367, 771).isPresent());
        assertTrue(DisplayState.read(bus).shownBy(USERS).orElseThrow().primary());
        close(one);
        eventually("one has gone", s -> sized(s, 1600, 900).isEmpty() && sized(s, 1367, 771).isPresent());
        awaitStreaming(other);
        close(other);
        eventually("all is as before", s -> s.layout().equals(before.layout()) && s.connectors().equals(before.connectors()));
        assertEquals(List.of(), host.changes);
        assertEquals(Map.of(), host.noted);
    }

    /** Streams on after the layout has changed beside it, for which Mutter may agree on the format anew. */
    private void awaitStreaming(VirtualDisplay display) {
        Capturer capturer = captures.get(display);
        Eventually.holds(capturer::state, () -> capturer.state().contains("streaming"));
        assertTrue(display.alive());
    }

    @Test
    void shouldBeTheOnlyOneAndUndoIt() {
        DisplayState before = DisplayState.read(bus);
        VirtualDisplay display = display("a", 1600, 900, Placement.ONLY);
        eventually("the user's monitor is off", s -> s.shownBy(USERS).isEmpty() && s.layout().size() == 1 && s.layout().getFirst().primary()
                && s.layout().getFirst().x() == 0);
        assertEquals(1, host.changes.size());
        awaitStreaming(display);
        VirtualDisplay other = display("b", 1024, 768, Placement.EXTEND);
        eventually("the other session's monitor is on, the user's off", s -> s.shownBy(USERS).isEmpty() && sized(s, 1024, 768).isPresent()
                && sized(s, 1600, 900).filter(LogicalMonitor::primary).isPresent());
        close(display);
        eventually("the user's monitor is on", s -> s.shownBy(USERS).filter(LogicalMonitor::primary).isPresent() && sized(s, 1024, 768).isPresent());
        close(other);
        eventually("all is as before", s -> s.layout().equals(before.layout()));
        assertEquals(List.of(), host.changes);
    }

    @Test
    void shouldBecomeThePrimaryMonitorAndUndoIt() {
        DisplayState before = DisplayState.read(bus);
        VirtualDisplay display = display("a", 1600, 900, Placement.PRIMARY);
        eventually("it is primary", s -> sized(s, 1600, 900).filter(LogicalMonitor::primary).isPresent()
                && s.shownBy(USERS).filter(l -> !l.primary()).isPresent());
        assertEquals(1, host.changes.size());
        close(display);
        eventually("all is as before", s -> s.layout().equals(before.layout()));
        assertEquals(List.of(), host.changes);
    }

    @Test
    void shouldUndoWhatAKilledHostHasLeft() {
        DisplayState before = DisplayState.read(bus);
        VirtualDisplay display = display("a", 1600, 900, Placement.ONLY);
        eventually("the user's monitor is off", s -> s.shownBy(USERS).isEmpty());
        Map<String, String> details = Map.copyOf(host.changes.getFirst());
        // A layout that nobody else would bring back.
        DisplayState state = DisplayState.read(bus);
        List<LogicalMonitor> turned = new ArrayList<>(Layouts.restored(state, before.layout()));
        LogicalMonitor users = turned.getFirst();
        turned.set(0, new LogicalMonitor(0, 0, 1.25, 0, true, users.members()));
        turned.set(1, turned.get(1).at(1024, 0));
        state.apply(bus, turned);
        eventually("the layout is another", s -> s.shownBy(USERS).filter(l -> l.scale() == 1.25).isPresent());
        provider.undo(details, host);
        eventually("the user's monitor is as before", s -> s.shownBy(USERS).equals(before.shownBy(USERS)));
        close(display);
        eventually("all is as before", s -> s.layout().equals(before.layout()));
        assertThrows(BackendException.class, () -> provider.undo(Map.of("logical.0", "nonsense"), host));
    }

    @Test
    void shouldKeepScaleAndPositionOfAClientsMonitor() {
        VirtualDisplay first = display("a", 1600, 900, Placement.EXTEND);
        DisplayState state = DisplayState.read(bus);
        LogicalMonitor mine = sized(state, 1600, 900).orElseThrow();
        LogicalMonitor users = state.shownBy(USERS).orElseThrow();
        // As a user would in the settings: to the left, larger.
        state.apply(bus, List.of(mine.at(0, 0).scaled(1.25), users.at(1280, 0)));
        eventually("it is scaled and left", s -> sized(s, 1600, 900).filter(l -> l.scale() == 1.25 && l.x() == 0).isPresent());
        close(first);
        assertEquals(Map.of("mutter/a/scale", "1.25", "mutter/a/position", "-1280 0"), host.noted);
        VirtualDisplay stranger = display("b", 1600, 900, Placement.EXTEND);
        close(stranger);
        VirtualDisplay again = display("a", 1600, 900, Placement.EXTEND);
        eventually("it is scaled and left again", s -> sized(s, 1600, 900).filter(l -> l.scale() == 1.25 && l.x() == 0).isPresent()
                && s.shownBy(USERS).filter(l -> l.x() == 1280 && l.primary()).isPresent());
        close(again);
    }

    @Test
    void shouldTakeAnotherSizeFromItsNextConsumer() {
        VirtualDisplay display = display("a", 1600, 900, Placement.PRIMARY);
        eventually("it is primary", s -> sized(s, 1600, 900).filter(LogicalMonitor::primary).isPresent());
        captures.get(display).close();
        assertTrue(display.tryResize(DisplayMode.of(1025, 769, 60)));
        consume(display);
        eventually("the new size is primary", s -> sized(s, 1025, 769).filter(LogicalMonitor::primary).isPresent());
        close(display);
        eventually("the user's is primary", s -> s.shownBy(USERS).filter(LogicalMonitor::primary).isPresent());
    }

    @Test
    void shouldShowAnExistingMonitor() {
        VirtualDisplay display = provider.create(new DisplayRequest(DisplayMode.of(1280, 720, 60), "s", "a", Placement.EXTEND,
                Optional.of(USERS), Optional.empty()), host);
        captures.put(display, null);
        consume(display);
        assertEquals(1, DisplayState.read(bus).layout().size());
        assertFalse(display.tryResize(DisplayMode.of(640, 480, 60)));
        close(display);
        BackendException none = assertThrows(BackendException.class, () -> provider.create(new DisplayRequest(DisplayMode.of(1280, 720, 60), "s",
                "a", Placement.EXTEND, Optional.of("HDMI-7"), Optional.empty()), host));
        assertTrue(none.getMessage().contains("onitor"), none.getMessage());
    }

    @Test
    void shouldGiveFreshInputConnections() {
        VirtualDisplay display = display("a", 1600, 900, Placement.EXTEND);
        InputRoute.Ei route = assertInstanceOf(InputRoute.Ei.class, display.input().orElseThrow());
        for (int i = 0; i < 3; i++) {
            try (Fd connection = Fd.own(route.connect())) {
                assertTrue(connection.value() >= 0);
            }
        }
        assertTrue(route.region().mappingId().isPresent());
    }

    @Test
    void shouldNoticeThatMutterHasGone() throws Exception {
        VirtualDisplay display = display("a", 1600, 900, Placement.ONLY);
        eventually("the user's monitor is off", s -> s.shownBy(USERS).isEmpty());
        mutter.destroyForcibly().waitFor();
        Eventually.holds("the display notices", () -> !display.alive());
        assertTrue(display.replaceable());
        close(display);
        assertEquals(List.of(), host.changes, "the change has gone with Mutter");
        Probe.Unavailable gone = assertInstanceOf(Probe.Unavailable.class, provider.probe(host));
        assertTrue(gone.remedy().isPresent());
    }

    @Test
    void shouldLeaveNothingBehind() throws Exception {
        close(display("a", 1600, 900, Placement.PRIMARY));
        long before = descriptors();
        for (int i = 0; i < 3; i++) {
            close(display("a", 1600, 900, Placement.PRIMARY));
        }
        assertEquals(before, descriptors());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(n -> n.equals("lumen-dbus") || n.endsWith("-monitors")).toList();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        }
    }
}
