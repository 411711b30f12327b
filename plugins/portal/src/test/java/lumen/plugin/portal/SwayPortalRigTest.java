package lumen.plugin.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import lumen.plugin.pipewire.PipewireCapturerProvider;
import lumen.plugin.wlroots.WlrInputProvider;
import lumen.rig.host.Eventually;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportOffer;
import lumen.spi.InputRoute;
import lumen.spi.InputSink;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The portal of a desktop on wlroots, which casts existing outputs and grants no input. */
@Tag("rig")
@Timeout(90)
class SwayPortalRigTest {
    private static final String SECOND = "chooser_type=none\noutput_name=HEADLESS-2\n";
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
    private SwayDesktop desktop;
    private final TestHost host = new TestHost().refusing(TestHost.Service.CHANGES, TestHost.Service.PROCESSES);
    /** Messages of PortalRequests. */
    private final List<LogRecord> said = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger(PortalRequests.class.getName());
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord record) {
            said.add(record);
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    @AfterEach
    void stop() throws Exception {
        logger.removeHandler(listener);
        if (desktop != null) {
            desktop.close();
        }
    }

    private void start(String chooser) throws Exception {
        logger.addHandler(listener);
        desktop = new SwayDesktop(folder, chooser);
        host.variables.putAll(desktop.environment);
    }

    private PortalDisplay display() {
        return display(Duration.ofSeconds(20));
    }

    private PortalDisplay display(Duration limit) {
        DisplayRequest request = new DisplayRequest(DisplayMode.of(1920, 1080, 60), "s1", "c0ffee", DisplayRequest.Placement.EXTEND,
                Optional.empty(), Optional.empty());
        return PortalDisplay.create(request, host, limit);
    }

    private static int middle(CapturedFrame frame) {
        BufferSlot.Memory memory = assertInstanceOf(BufferSlot.Memory.class, frame.slot());
        long middle = memory.height() / 2 * (long) memory.stride() + memory.width() / 2 * 4L;
        return memory.pixels().get(ValueLayout.JAVA_INT_UNALIGNED, middle) & 0xFFFFFF;
    }

    /** The only frame of a still output is lost if the consumer is not ready for it. */
    private static void awaitBackground(Capturer capturer, PortalDisplay display) {
        long[] nudged = {System.nanoTime()};
        Eventually.holds(() -> "the background: " + capturer.state() + " " + capturer.counters(), () -> {
            if (System.nanoTime() - nudged[0] > 200_000_000) {
                nudged[0] = System.nanoTime();
                display.nudge();
            }
            CapturedFrame frame = capturer.poll();
            if (frame == null) {
                return false;
            }
            assertEquals(1600, frame.slot().width());
            assertEquals(901, frame.slot().height());
            boolean there = middle(frame) == SwayDesktop.COLOUR;
            frame.release();
            return there;
        });
    }

    @Test
    void shouldCastAStillOutputAndDriveIt() throws Exception {
        start(SECOND);
        Probe.Available probe = assertInstanceOf(Probe.Available.class, new PortalProvider().probe(host), "usable");
        assertTrue(probe.evidence().toString().contains("existing monitors"), probe.evidence().toString());
        long before = 0;
        for (int round = 0; round < 3; round++) {
            try (PortalDisplay display = display()) {
                assertEquals(new DisplayMode(1600, 901, 60_000), display.mode(), "pixels, though the output is scaled");
                assertTrue(display.alive());
                FrameSource.PipeWireNode node = assertInstanceOf(FrameSource.PipeWireNode.class, display.source());
                assertTrue(node.remote().isPresent());
                try (Capturer capturer = new PipewireCapturerProvider().open(node, display.mode(), POLLED)) {
                    capturer.offer(MEMORY);
                    Eventually.holds("the capture runs", capturer::running);
                    awaitBackground(capturer, display);
                }
                InputRoute.WlrVirtual route = assertInstanceOf(InputRoute.WlrVirtual.class, display.input().orElseThrow());
                assertEquals("HEADLESS-2", route.output());
                try (InputSink sink = new WlrInputProvider().open(route, display.mode())) {
                    assertTrue(sink != null);
                }
                assertTrue(display.tryResize(display.mode()));
                assertThrows(BackendException.class, () -> display.tryResize(DisplayMode.of(640, 480, 60)));
            }
            Eventually.holds("the nudges are over", () -> threads("lumen-portal") == 0);
            assertEquals(0, threads("lumen-dbus"));
            if (round == 1) {
                before = descriptors();
            }
        }
        assertEquals(before, descriptors());
        assertEquals(List.of(), said);
    }

    @Test
    void shouldRememberTheGrantOfEachClient() throws Exception {
        // The second choice would be refused: only the token can bring the second display about.
        start("chooser_type=simple\nchooser_cmd=mkdir " + folder + "/once && echo 'Monitor: HEADLESS-2'\n");
        String note = "portal/c0ffee/screen-cast";
        try (PortalDisplay display = display()) {
            assertEquals(901, display.mode().height());
        }
        String first = host.noted.get(note);
        assertTrue(first != null && !first.isEmpty(), host.noted.toString());
        try (PortalDisplay display = display()) {
            assertEquals(901, display.mode().height());
        }
        assertFalse(host.noted.get(note).isEmpty());
        host.noted.clear();
        BackendException refused = assertThrows(BackendException.class, this::display);
        assertTrue(refused.getMessage().contains("refused") || refused.getMessage().contains("ended"), refused.getMessage());
        assertEquals(0, threads("lumen-dbus"));
    }

    @Test
    void shouldSayThatItWaitsForTheUser() throws Exception {
        start("chooser_type=simple\nchooser_cmd=sleep 3; echo 'Monitor: HEADLESS-1'\n");
        try (PortalDisplay display = display()) {
            assertEquals(new DisplayMode(1280, 720, 60_000), display.mode());
        }
        assertEquals(1, said.size());
        assertTrue(said.getFirst().getMessage().contains("the desktop asks its user"));
        host.noted.clear();
        BackendException nobody = assertThrows(BackendException.class, () -> display(Duration.ofMillis(500)));
        assertTrue(nobody.getMessage().contains("nobody has answered the dialog"), nobody.getMessage());
        assertTrue(nobody.getMessage().contains("answer it on the screen once"), nobody.getMessage());
        assertEquals(0, threads("lumen-dbus"));
    }

    @Test
    void shouldNoticeThatThePortalOrItsBackendHasGone() throws Exception {
        start(SECOND);
        PortalDisplay display = display();
        desktop.portal.destroyForcibly().waitFor();
        Eventually.holds("the display notices", () -> !display.alive());
        assertTrue(display.replaceable());
        assertTrue(display.lastWords().getFirst().contains("gone"));
        assertThrows(BackendException.class, ((FrameSource.PipeWireNode) display.source()).remote().orElseThrow()::connect);
        display.close();
        assertEquals(0, threads("lumen-dbus"));
    }

    @Test
    void shouldRefuseADesktopWithoutScreenCasts() throws Exception {
        start(SECOND);
        desktop.close();
        host.variables.put("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        assertInstanceOf(Probe.Unavailable.class, new PortalProvider().probe(host));
        BackendException none = assertThrows(BackendException.class, () -> new PortalProvider()
                .create(DisplayRequest.of(DisplayMode.of(640, 480, 60), "s1"), host));
        assertTrue(none.getMessage().contains("/nonexistent"), none.getMessage());
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith(name)).count();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        }
    }
}
