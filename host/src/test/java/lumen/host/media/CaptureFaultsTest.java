package lumen.host.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import lumen.core.video.VideoDrop;
import lumen.core.video.VideoPacketSettings;
import lumen.spi.BackendException;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.VideoCodec;
import lumen.spi.VirtualDisplay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a client sees while a capture or its compositor fails, over real sockets on loopback. */
class CaptureFaultsTest {
    private static final VideoPacketSettings PACKETS = new VideoPacketSettings(1392, 20, 2, null);
    private static final DisplayMode MODE = DisplayMode.of(1280, 720, 60);

    private final ToldListener told = new ToldListener();
    private final TestClient client = new TestClient(PACKETS);
    private final MediaSocket socket =
            new MediaSocket(MediaSocket.Kind.VIDEO, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), true);
    private final MediaRoute route = socket.register(MediaRig.PAYLOAD, null);
    private final TestImporter importer = new TestImporter("importer");
    private final TestDisplay display = new TestDisplay(MODE);
    private VideoStream stream;

    private void start(StreamDisplay shown, TestDisplay... displays) {
        EncoderSettings encoder = new EncoderSettings(VideoCodec.H264, MODE, 40_000, 1, 1, ColorInfo.DESKTOP);
        stream = new VideoStream(VideoStreamSettings.of("test", encoder, PACKETS), shown,
                source -> List.of(displays).stream().filter(d -> d.accepts(source)).map(d -> (lumen.spi.CapturerProvider) d).toList(),
                List.of(importer), List.of(new CannedEncoder("encoder", true).choice()), socket, route, told);
        stream.start();
        client.ping(socket.port());
    }

    private long count(StreamStatistics.Event event) {
        return stream.statistics().counters().get(event);
    }

    @AfterEach
    void close() throws InterruptedException {
        if (stream != null) {
            stream.close();
            assertEquals(0, display.frame.held, "frames go back to the compositor");
        }
        client.close();
        socket.close();
    }

    @Test
    @DisplayName("A screen on which nothing happens is asked to paint, and the client sees a placeholder meanwhile")
    void staticScreensGiveAPlaceholder() {
        display.playing = false;
        start(StreamDisplay.of(display), display);
        MediaRig.await("pictures", () -> client.frames >= 30);
        assertEquals(1, count(StreamStatistics.Event.PLACEHOLDERS));
        assertEquals(0, count(StreamStatistics.Event.FRAMES));
        assertTrue(display.nudges > 0, "nudged");
        assertEquals("waiting for a rig", stream.captureState());
        display.playing = true;
        MediaRig.await("the real picture", () -> count(StreamStatistics.Event.FRAMES) > 10);
        assertNull(told.reason);
    }

    @Test
    @DisplayName("A cursor that moves on a still picture is drawn, once for each move")
    void cursorMovesAreDrawn() {
        start(StreamDisplay.of(display), display);
        MediaRig.await("frames", () -> client.frames >= 10);
        display.playing = false;
        MediaRig.await("repeats", () -> client.repeats >= 3);
        long frames = count(StreamStatistics.Event.FRAMES);
        display.moveCursor();
        MediaRig.await("the cursor", () -> importer.drawnCursor == 1);
        MediaRig.await("its frame", () -> count(StreamStatistics.Event.FRAMES) == frames + 1);
        int repeats = client.repeats;
        MediaRig.await("more repeats", () -> client.repeats >= repeats + 10);
        assertEquals(frames + 1, count(StreamStatistics.Event.FRAMES));
    }

    @Test
    @DisplayName("A capture that fails is opened again, and the client loses nothing")
    void failingCapturesAreReopened() {
        start(StreamDisplay.of(display), display);
        MediaRig.await("frames", () -> client.frames >= 10);
        display.failures = 1;
        MediaRig.await("a new capture", () -> display.opened == 2);
        long frames = count(StreamStatistics.Event.FRAMES);
        MediaRig.await("its frames", () -> count(StreamStatistics.Event.FRAMES) > frames + 10);
        assertNull(told.reason);
        assertEquals(1, client.idrs);
        assertEquals(0, client.depacketizer.counters().get(VideoDrop.FRAME_LOST));
    }

    @Test
    @DisplayName("A compositor that comes back gets a new display, and the picture stands still until then")
    void displaysAreReplaced() {
        TestDisplay second = new TestDisplay(MODE);
        start(new StreamDisplay() {
            @Override
            public VirtualDisplay current() {
                return display;
            }

            @Override
            public Optional<VirtualDisplay> replacement(VirtualDisplay gone) {
                assertEquals(display, gone);
                return client.repeats >= 20 ? Optional.of(second) : Optional.empty();
            }
        }, display, second);
        MediaRig.await("frames", () -> client.frames >= 10);
        display.closed = true;
        display.failed = true;
        MediaRig.await("the new display's frames", () -> second.opened == 1 && second.frame.stamp != 0);
        long frames = count(StreamStatistics.Event.FRAMES);
        MediaRig.await("more", () -> count(StreamStatistics.Event.FRAMES) > frames + 10);
        assertNull(told.reason);
        stream.close();
        assertEquals(0, second.frame.held);
    }

    @Test
    @DisplayName("A display that can't be replaced ends the stream, with both reasons")
    void streamsEndWithTheirReasons() {
        start(new StreamDisplay() {
            @Override
            public VirtualDisplay current() {
                return display;
            }

            @Override
            public Optional<VirtualDisplay> replacement(VirtualDisplay gone) {
                throw new BackendException("nobody knows how to make another");
            }
        }, display);
        MediaRig.await("frames", () -> client.frames >= 10);
        display.closed = true;
        display.failed = true;
        MediaRig.await("the end", () -> told.reason != null);
        assertEquals(StreamEnd.CAPTURE_FAILED, told.reason);
        assertTrue(told.message.contains("the compositor has gone"), told.message);
        assertTrue(told.message.contains("nobody knows how to make another"), told.message);
    }

    @Test
    @DisplayName("SEEDS 72: three streams on one display open one capture; the other two take it over")
    void capturesAreKept() {
        display.keepable = true;
        AtomicReference<KeptCapture> kept = new AtomicReference<>();
        StreamDisplay seat = new StreamDisplay() {
            @Override
            public VirtualDisplay current() {
                return display;
            }

            @Override
            public Optional<VirtualDisplay> replacement(VirtualDisplay gone) {
                throw new BackendException("not in this test");
            }

            @Override
            public Optional<KeptCapture> takeCapture(VirtualDisplay wanted) {
                return Optional.ofNullable(kept.getAndSet(null)).filter(k -> k.fits(wanted));
            }

            @Override
            public boolean keepCapture(KeptCapture capture) {
                kept.set(capture);
                return true;
            }
        };
        for (int cycle = 0; cycle < 3; cycle++) {
            start(seat, display);
            MediaRig.await("frames of cycle " + cycle, () -> count(StreamStatistics.Event.FRAMES) >= 10);
            stream.close();
            assertFalse(display.playing, "suspended");
            assertEquals(0, display.frame.held);
        }
        assertEquals(1, display.opened);
        kept.get().close();
    }

    @Test
    @DisplayName("A display that no backend can capture ends the stream with that reason")
    void uncapturableDisplays() {
        start(StreamDisplay.of(display));
        MediaRig.await("the end", () -> told.reason != null);
        assertTrue(told.message.contains("no capture backend takes this display"), told.message);
    }
}
