package lumen.plugin.cpufallback;

import lumen.spi.DisplayMode;
import lumen.spi.Evidence;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.HostContext;
import lumen.spi.Probe;

/** Works everywhere, hence ranks last. */
public final class CpuFallbackProvider implements FrameImporterProvider {
    private static final int LAST_RESORT = 0;

    @Override
    public String id() {
        return "cpu-fallback";
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(LAST_RESORT, new Evidence("needs", "nothing"));
    }

    @Override
    public FrameImporter open(DisplayMode mode) {
        return new CpuImporter();
    }
}
