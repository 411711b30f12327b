package lumen.plugin.wlroots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import lumen.posix.CurrentProcess;
import lumen.posix.UnixSocket;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSource;
import lumen.spi.InputRoute;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import lumen.wayland.EventHandler;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WaylandProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no compositor. */
class WlrootsTest {
    @TempDir
    Path folder;

    @Test
    void rootIsToldWhatToDoInstead() {
        TestHost host = new TestHost(folder);
        assumeTrue(CurrentProcess.uid() == 0, "not run as root");
        assumeTrue(SwayProvider.program("sway", host).isPresent(), "sway is not installed");
        Probe.Unavailable probe = assertInstanceOf(Probe.Unavailable.class, new SwayProvider().probe(host));
        assertTrue(probe.reason().contains("root"));
        assertTrue(probe.remedy().orElseThrow().contains("ordinary user"));
        assertThrows(BackendException.class,
                () -> new SwayProvider().create(DisplayRequest.of(DisplayMode.of(640, 480, 60), "x"), host));
        assertTrue(host.journalled.isEmpty());
    }

    @Test
    void nobodyListeningIsATypedFailure() {
        Path socket = folder.resolve("wayland-1");
        assertThrows(BackendException.class, () -> new OutputCapturerProvider().open(
                new FrameSource.WaylandOutput(socket, "X"), DisplayMode.of(640, 480, 60), () -> { }));
        assertThrows(BackendException.class, () -> new WlrInputProvider().open(
                new InputRoute.WlrVirtual(socket, "X"), DisplayMode.of(640, 480, 60)));
    }

    @Test
    void theNearestLegalModeIsWithinTheLimitsInEveryDimension() {
        assertEquals(new DisplayMode(16, 8192, 1_000), ModeLimits.nearest(new DisplayMode(1, 100_000, 1)));
        assertTrue(ModeLimits.legal(new DisplayMode(1001, 701, 59_940)));
        assertFalse(ModeLimits.legal(new DisplayMode(640, 480, 500_001)));
    }

    @Test
    void aPictureUpsideDownIsTurned() {
        try (Arena arena = Arena.ofConfined()) {
            for (int height : new int[] {1, 2, 5}) {
                MemorySegment pixels = arena.allocate(8L * height);
                for (int y = 0; y < height; y++) {
                    pixels.set(ValueLayout.JAVA_LONG_UNALIGNED, 8L * y, y + 1);
                }
                Screencopy.flip(pixels, 8, height, arena.allocate(8));
                for (int y = 0; y < height; y++) {
                    assertEquals(height - y, pixels.get(ValueLayout.JAVA_LONG_UNALIGNED, 8L * y));
                }
            }
        }
    }

    @Test
    void whatNoKeyCanMeanIsNotTyped() {
        for (int c : new int[] {0, 1, 31, 0x80, 0x9f, 0xd800, 0xdfff, 0x110000, -1}) {
            assertFalse(UsKeymap.typeable(c), Integer.toHexString(c));
        }
        for (int c : new int[] {'a', '\n', '\t', '\b', 0xe9, 0x20ac, 0x1f600, 0x10ffff}) {
            assertTrue(UsKeymap.typeable(c), Integer.toHexString(c));
        }
    }

    @Test
    void theKeymapIsAsciiAndHoldsTheWantedKey() {
        assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(UsKeymap.text(0x1f600)));
        assertTrue(UsKeymap.text(0x1f600).contains("key <K92> { type = \"ONE_LEVEL\", [ U1F600 ] };"));
        assertFalse(UsKeymap.text(UsKeymap.NO_CODE_POINT).contains("<K92> {"));
        assertTrue(UsKeymap.text(UsKeymap.NO_CODE_POINT).contains("key <K38> { type = \"ALPHABETIC\", [ a, A ] };"), "KEY_A is 30");
        assertTrue(UsKeymap.text(UsKeymap.NO_CODE_POINT).contains("key <K119> { type = \"ONE_LEVEL\", [ Delete ] };"), "KEY_DELETE is 111");
        assertTrue(UsKeymap.text(UsKeymap.NO_CODE_POINT).contains("key <K91> { type = \"KEYPAD\", [ KP_Delete, KP_Decimal ] };"),
                "KEY_KPDOT is 83");
        assertTrue(UsKeymap.text(UsKeymap.NO_CODE_POINT).contains("key <K133> { type = \"ONE_LEVEL\", [ Super_L ] };"), "KEY_LEFTMETA is 125");
        assertTrue(UsKeymap.text(UsKeymap.NO_CODE_POINT).contains("key <K202> { type = \"ONE_LEVEL\", [ F24 ] };"), "KEY_F24 is 194");
    }

    private static SwayIpc.OutputState named(String name) {
        return new SwayIpc.OutputState(name, true, false, 640, 480, 60_000, 1, 0, 0);
    }

    @Test
    void theOutputJustMadeIsTheLowestNewOneAndNeverAMonitor() {
        List<SwayIpc.OutputState> now = Stream.of("eDP-1", "DP-3", "HEADLESS-10", "HEADLESS-9", "HEADLESS-2")
                .map(WlrootsTest::named).toList();
        assertEquals(Optional.of("HEADLESS-9"), SwayChange.firstNew(now, Set.of("eDP-1", "HEADLESS-2")));
        assertEquals(Optional.empty(), SwayChange.firstNew(now, Set.of("HEADLESS-2", "HEADLESS-9", "HEADLESS-10")));
    }

    @Test
    void undoingWhatASwayThatHasEndedTookWithItDoesNothing() {
        new SwayProvider().undo(Map.of("sway", folder.resolve("gone").toString(), "since", "1", "kind", "PLUGGED", "outputs",
                "HEADLESS-2"), new TestHost(folder));
        assertThrows(BackendException.class, () -> new SwayProvider().undo(Map.of("kind", "MELTED"), new TestHost(folder)));
    }

    @Test
    void onlyNotesThatAreAScaleOrAPositionReachACommandLine() {
        TestHost host = new TestHost(folder);
        KeptPlace place = KeptPlace.of(DisplayRequest.of(DisplayMode.of(640, 480, 60), "ab"), host);
        assertEquals(Optional.empty(), place.scale());
        for (String bad : new String[] {"", "2; exec sh", "-1", "1e9", "1.", "222"}) {
            host.notes().put("wlroots/ab/scale", bad);
            assertEquals(Optional.empty(), place.scale(), bad);
        }
        for (String bad : new String[] {"", "1", "1 2 3", "1 2; exec sh", "1 2\n"}) {
            host.notes().put("wlroots/ab/position", bad);
            assertEquals(Optional.empty(), place.position(), bad);
        }
        host.notes().put("wlroots/ab/scale", "1.3333");
        host.notes().put("wlroots/ab/position", "-1920 0");
        assertEquals(Optional.of("1.3333"), place.scale());
        assertEquals(Optional.of("-1920 0"), place.position());
    }

    @Test
    void framesThatCannotBeAreRefused() {
        UnixSocket[] pair = UnixSocket.pair();
        try (UnixSocket peer = pair[1]; WaylandConnection connection = new WaylandConnection(pair[0])) {
            SlotPool pool = new SlotPool(connection.display().child(WaylandProtocol.SHM, EventHandler.NONE));
            pool.offerFormat(0x20203852); // R8, one byte a pixel
            assertThrows(BackendException.class, () -> pool.describe(64, 64, 0), "no format that can be read");
            pool.offerFormat(WaylandProtocol.SHM_FORMAT_ARGB8888);
            pool.offerFormat(WaylandProtocol.SHM_FORMAT_XRGB8888);
            int[][] lies = {{0, 1, 0}, {1, 0, 0}, {-1, 5, 0}, {8193, 8, 0}, {8, 8193, 0}, {64, 64, 255}, {64, 64, -256},
                    {0x4000_0001, 1, 4}, {Integer.MIN_VALUE, 1, 0}, {8192, 8192, Integer.MAX_VALUE}};
            for (int[] lie : lies) {
                assertThrows(WaylandException.class, () -> pool.describe(lie[0], lie[1], lie[2]), Arrays.toString(lie));
            }
            pool.describe(64, 64, 0);
            assertEquals(256, pool.stride());
            pool.accept(Set.of(PixelFormat.XRGB8888));
            assertFalse(pool.reshaped());
            assertEquals("64x64 XRGB8888", pool.toString());
            assertThrows(BackendException.class, () -> pool.accept(Set.of(PixelFormat.XBGR8888)));
            for (int i = 0; i < 4; i++) {
                pool.next();
            }
            assertThrows(BackendException.class, pool::next, "a fifth slot");
            pool.remaining().forEach(ShmSlot::unmap);
        }
    }
}
