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
import lumen.posix.CurrentProcess;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSource;
import lumen.spi.InputRoute;
import lumen.spi.Probe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no compositor. */
class WlrootsTest {
    @TempDir
    Path folder;

    @Test
    void rootIsToldWhatToDoInstead() {
        ScenarioHost host = new ScenarioHost(folder);
        assumeTrue(CurrentProcess.uid() == 0, "not run as root");
        assumeTrue(SwayProvider.onPath("sway", host).isPresent(), "sway is not installed");
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
}
