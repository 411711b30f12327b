package lumen.plugin.zerocopy.egl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import lumen.posix.Fd;
import lumen.posix.SystemDmabuf;
import lumen.spi.BackendException;
import lumen.spi.CursorState;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each way to open a display, with Mesa's llvmpipe and dmabufs of the kernel. */
@Tag("vm")
class DisplaysVmTest {

    @Test
    void pixelsAreExactOnEachDisplayInEachFormat() throws Exception {
        List<String> opened = new ArrayList<>();
        for (Map.Entry<String, Supplier<EglDisplay>> entry : Displays.all().entrySet()) {
            EglDisplay display;
            try {
                display = entry.getValue().get();
            } catch (BackendException e) {
                System.out.println(entry.getKey() + ": " + e.getMessage());
                continue;
            }
            System.out.println(entry.getKey() + ": " + display.description() + " software " + display.software());
            display.close();
            for (Detiler.Method method : Detiler.Method.values()) {
                everyFormat(entry.getValue().get(), method);
            }
            opened.add(entry.getKey());
        }
        assertTrue(opened.contains("surfaceless"), opened.toString());
        assertEquals(true, opened.stream().anyMatch(d -> d.startsWith("gbm /dev/dri/renderD")), opened.toString());
        assertEquals(true, opened.stream().anyMatch(d -> d.startsWith("gbm /dev/dri/card")), opened.toString());
        assertEquals(true, opened.stream().anyMatch(d -> d.startsWith("device ")), opened.toString());
    }

    @Test
    void theDisplayIsOnTheCompositorsDeviceOrOnNoneInParticular() throws Exception {
        GraphicsLibraries.load();
        for (String node : List.of("/dev/dri/card0", "/dev/dri/card1", "/dev/dri/renderD128")) {
            OptionalLong device = EglDevice.number(Path.of(node));
            DisplayChoice choice = DisplayChoice.open(device);
            try (EglDisplay display = choice.display()) {
                System.out.println(node + ": " + display.description());
                assertTrue(choice.same(), node);
                assertTrue(display.platform() == EglDisplay.Platform.GBM
                        || EglDevice.all().stream().anyMatch(d -> d.is(device.getAsLong())), display.description());
            }
        }
        // A device that isn't here.
        DisplayChoice choice = DisplayChoice.open(OptionalLong.of(0xE2FF));
        try (EglDisplay display = choice.display()) {
            assertFalse(choice.same());
            assertTrue(display.software(), display.description());
        }
    }

    private static void everyFormat(EglDisplay display, Detiler.Method method) {
        try (EglImporter importer = EglImporterProvider.open(display, true, Displays.request(step -> { }, 10), method,
                MemoryBudget.unlimited(), Patience.PRODUCTION)) {
            for (PixelFormat format : PixelFormat.values()) {
                assertTrue(importer.offers().stream().anyMatch(o -> o.format() == format), format.toString());
                compare(importer, format, SystemDmabuf::udmabuf);
                compare(importer, format, SystemDmabuf::heap);
            }
        }
    }

    private static void compare(EglImporter importer, PixelFormat format, LongFunction<Fd> memory) {
        int width = 333;
        int height = 77;
        try (TrialBuffer buffer = new TrialBuffer(format, width, height, TrialBuffer.alignedStride(width) + 64, 4096, memory)) {
            buffer.paint(1);
            ImportedFrame.SystemMemory frame =
                    (ImportedFrame.SystemMemory) importer.importFrame(new TrialFrame(buffer), CursorState.NONE);
            assertEquals(0, TrialPattern.wrong(frame.pixels(), frame.stride(), format, width, height, 1), format.toString());
            frame.release();
            importer.forget(buffer);
        }
    }
}
