package lumen.plugin.zerocopy.egl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            try (EglImporter importer = EglImporterProvider.open(display, true, Displays.request(step -> { }, 10),
                    MemoryBudget.unlimited(), Patience.PRODUCTION)) {
                for (PixelFormat format : PixelFormat.values()) {
                    if (importer.offers().stream().noneMatch(o -> o.format() == format)) {
                        continue;
                    }
                    compare(importer, format, SystemDmabuf::udmabuf);
                    compare(importer, format, SystemDmabuf::heap);
                }
            }
            opened.add(entry.getKey());
        }
        assertTrue(opened.contains("surfaceless"), opened.toString());
        assertEquals(true, opened.stream().anyMatch(d -> d.startsWith("gbm /dev/dri/renderD")), opened.toString());
        assertEquals(true, opened.stream().anyMatch(d -> d.startsWith("gbm /dev/dri/card")), opened.toString());
        assertEquals(true, opened.stream().anyMatch(d -> d.startsWith("device ")), opened.toString());
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
