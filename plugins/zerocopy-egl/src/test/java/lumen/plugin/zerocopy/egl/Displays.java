package lumen.plugin.zerocopy.egl;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lumen.spi.DisplayMode;
import lumen.spi.FrameKind;
import lumen.spi.ImportRequest;
import lumen.spi.ImportSteps;

/** The ways to a display, and importers on them. */
final class Displays {
    private Displays() {
    }

    /** By name: surfaceless, the software device, GBM on each node. */
    static Map<String, Supplier<EglDisplay>> all() throws Exception {
        GraphicsLibraries.load();
        Map<String, Supplier<EglDisplay>> displays = new LinkedHashMap<>();
        displays.put("surfaceless", EglDisplay::surfaceless);
        EglDevice.all().forEach(d -> displays.put("device " + d.text(), () -> EglDisplay.on(d)));
        try (Stream<Path> nodes = Files.list(Path.of("/dev/dri"))) {
            nodes.filter(n -> !Files.isDirectory(n)).sorted().forEach(n -> displays.put("gbm " + n, () -> EglDisplay.onNode(n)));
        }
        return displays;
    }

    static ImportRequest request(ImportSteps steps, int bitDepth) {
        return new ImportRequest(DisplayMode.of(640, 360, 60), OptionalLong.empty(), List.of(FrameKind.SYSTEM_MEMORY), bitDepth,
                steps);
    }

    static EglImporter importer(ImportSteps steps) {
        return EglImporterProvider.open(request(steps, 10), MemoryBudget.unlimited(), Patience.PRODUCTION);
    }
}
