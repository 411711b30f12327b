package lumen.plugin.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import lumen.plugin.ei.EiInputProvider;
import lumen.plugin.pipewire.PipewireCapturerProvider;
import lumen.rig.host.Eventually;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSignal;
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

/** Plasma's portal, which makes virtual monitors and grants input with them. */
@Tag("rig")
@Timeout(90)
class PlasmaPortalRigTest {
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
    private PlasmaDesktop desktop;
    private final TestHost host = new TestHost().refusing(TestHost.Service.CHANGES, TestHost.Service.PROCESSES);

    @AfterEach
    void stop() throws Exception {
        if (desktop != null) {
            desktop.close();
        }
    }

    private PortalDisplay display(Duration limit) {
        DisplayRequest request = new DisplayRequest(DisplayMode.of(1600, 900, 60), "s1", "c0ffee", DisplayRequest.Placement.EXTEND,
                Optional.empty(), Optional.empty());
        return PortalDisplay.create(request, host, limit);
    }

    @Test
    void shouldShowAndDriveAVirtualMonitorThatWasAllowedBeforehand() throws Exception {
        desktop = new PlasmaDesktop(folder, true);
        host.variables.putAll(desktop.environment);
        Probe.Available probe = assertInstanceOf(Probe.Available.class, new PortalProvider().probe(host));
        assertTrue(probe.evidence().toString().contains("virtual monitors"), probe.evidence().toString());
        for (int round = 0; round < 2; round++) {
            try (PortalDisplay display = display(Duration.ofSeconds(20))) {
                assertEquals(DisplayMode.of(1920, 1080, 60), display.mode());
                try (Capturer capturer = new PipewireCapturerProvider().open(display.source(), display.mode(), POLLED)) {
                    capturer.offer(List.of(new ImportOffer(ImportOffer.Transport.MEMORY, PixelFormat.XRGB8888, 0),
                            new ImportOffer(ImportOffer.Transport.MEMORY, PixelFormat.ARGB8888, 0)));
                    Eventually.holds(() -> "a frame: " + capturer.state() + " " + capturer.counters(), () -> {
                        CapturedFrame frame = capturer.poll();
                        if (frame != null) {
                            assertEquals(1920, frame.slot().width());
                            frame.release();
                        }
                        return frame != null;
                    });
                    InputRoute.Ei route = assertInstanceOf(InputRoute.Ei.class, display.input().orElseThrow());
                    assertTrue(route.region().mappingId().isPresent());
                    // The portal connects a session once; one sink leaves its connection to the next.
                    for (int visit = 0; visit < 3; visit++) {
                        try (InputSink sink = new EiInputProvider().open(route, display.mode())) {
                            sink.pointerTo(100, 100, 1600, 900);
                            sink.flush();
                        }
                    }
                    assertEquals(1, threads("lumen-ei"));
                }
            }
            assertEquals(0, threads("lumen-ei"));
            assertEquals(0, threads("lumen-dbus"));
        }
        assertTrue(host.noted.containsKey("portal/c0ffee/remote-desktop"), host.noted.toString());
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith(name)).count();
    }

    @Test
    void shouldSayHowToAllowItWhenNobodyAnswersTheDialog() throws Exception {
        desktop = new PlasmaDesktop(folder, false);
        host.variables.putAll(desktop.environment);
        BackendException nobody = assertThrows(BackendException.class, () -> display(Duration.ofSeconds(3)));
        assertTrue(nobody.getMessage().contains("flatpak permission-set kde-authorized remote-desktop \"\" yes"), nobody.getMessage());
    }
}
