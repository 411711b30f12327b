package lumen.plugin.zerocopy.egl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import lumen.posix.CurrentProcess;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.FrameKind;
import lumen.spi.ImportOffer;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import org.junit.jupiter.api.Test;

class EglImporterProviderTest {
    private static final long TILED = 0x0300_0000_0060_6014L;

    @Test
    void withoutEglItIsUnavailableAndSaysWhatIsMissing() {
        assumeFalse(eglIsInstalled(), "EGL is installed");
        Probe probe = new EglImporterProvider().probe(null);
        Probe.Unavailable unavailable = (Probe.Unavailable) probe;
        assertEquals("libEGL.so.1 is not installed", unavailable.reason());
        assertTrue(unavailable.remedy().orElseThrow().contains("libegl1"));
        BackendException e = assertThrows(BackendException.class, () -> new EglImporterProvider().open(new ImportRequest(
                DisplayMode.of(640, 360, 60), OptionalLong.empty(), List.of(FrameKind.SYSTEM_MEMORY), 8, ImportSteps.NONE)));
        assertEquals("libEGL.so.1 is not installed", e.getMessage());
    }

    @Test
    void aLibraryThatIsNotThereIsNamed() {
        BackendException e = assertThrows(BackendException.class, () -> GraphicsLibraries.find("libEGL_of_nobody.so.1"));
        assertEquals("libEGL_of_nobody.so.1 is not installed", e.getMessage());
    }

    private static boolean eglIsInstalled() {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup("libEGL.so.1", arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void nvidiaIsRefusedWhileItsThreadedOptimizationsMayBeOn() {
        String before = CurrentProcess.environment("__GL_THREADED_OPTIMIZATIONS").orElse("0");
        try {
            CurrentProcess.setEnvironment("__GL_THREADED_OPTIMIZATIONS", "1");
            BackendException e = assertThrows(BackendException.class, () -> GraphicsLibraries.refuseThreadedOptimizations(true));
            assertTrue(e.getMessage().contains("__GL_THREADED_OPTIMIZATIONS must be 0"), e.getMessage());
            GraphicsLibraries.refuseThreadedOptimizations(false);
            CurrentProcess.setEnvironment("__GL_THREADED_OPTIMIZATIONS", "0");
            GraphicsLibraries.refuseThreadedOptimizations(true);
        } finally {
            CurrentProcess.setEnvironment("__GL_THREADED_OPTIMIZATIONS", before);
        }
    }

    @Test
    void tiledOffersComeBeforeLinearAndTheWantedDepthFirst() {
        DmabufFormats formats = new DmabufFormats(Map.of(PixelFormat.XRGB8888, List.of(TILED, ImportOffer.LINEAR),
                PixelFormat.XRGB2101010, List.of(TILED, ImportOffer.LINEAR)),
                Map.of(PixelFormat.ARGB8888, List.of(ImportOffer.LINEAR)));
        assertEquals(List.of(dmabuf(PixelFormat.XRGB8888, TILED), dmabuf(PixelFormat.XRGB8888, 0)), formats.offers(8, true));
        assertEquals(List.of(dmabuf(PixelFormat.XRGB2101010, TILED), dmabuf(PixelFormat.XRGB2101010, 0),
                dmabuf(PixelFormat.XRGB8888, TILED), dmabuf(PixelFormat.XRGB8888, 0)), formats.offers(10, true));
        assertEquals(List.of(dmabuf(PixelFormat.XRGB8888, 0)), formats.offers(8, false),
                "tilings of another device mean nothing");
    }

    private static ImportOffer dmabuf(PixelFormat format, long modifier) {
        return new ImportOffer(ImportOffer.Transport.DMABUF, format, modifier);
    }

    @Test
    void errorsHaveTheirNames() {
        assertEquals("EGL_BAD_ALLOC", EglError.eglName(0x3003));
        assertEquals("EGL_CONTEXT_LOST", EglError.eglName(0x300E));
        assertEquals("EGL error 0x2fff", EglError.eglName(0x2FFF));
        assertEquals("GL_OUT_OF_MEMORY", EglError.glName(0x0505));
        assertEquals("GL_CONTEXT_LOST", EglError.glName(0x0507));
        assertEquals("OpenGL error 0x508", EglError.glName(0x0508));
    }

    @Test
    void aBudgetIsTakenAndGivenBack() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.take(60, "one");
        BackendException e = assertThrows(BackendException.class, () -> budget.take(41, "other"));
        assertEquals("other: GL_OUT_OF_MEMORY, 41 bytes are over the budget of 100", e.getMessage());
        budget.give(60);
        budget.take(100, "all");
        assertEquals(100, budget.taken());
    }

    @Test
    void noTwoPixelsOfATrialPictureNearEachOtherAreAlike() {
        assertFalse(TrialPattern.pixel(1, 0, 0) == TrialPattern.pixel(1, 1, 0));
        assertFalse(TrialPattern.pixel(1, 0, 0) == TrialPattern.pixel(1, 0, 1));
        assertFalse(TrialPattern.pixel(1, 5, 5) == TrialPattern.pixel(2, 5, 5));
    }
}
