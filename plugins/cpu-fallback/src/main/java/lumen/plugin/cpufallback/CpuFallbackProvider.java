package lumen.plugin.cpufallback;

import lumen.spi.BackendException;
import lumen.spi.Evidence;
import lumen.spi.FrameKind;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.HostContext;
import lumen.spi.ImportRequest;
import lumen.spi.Probe;

/** Works everywhere, hence ranks last. */
public final class CpuFallbackProvider implements FrameImporterProvider {
    /** Below every GPU; above those that are a CPU in disguise, to which a copy more makes no sense. */
    private static final int RANK = 10;

    @Override
    public String id() {
        return "cpu-fallback";
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(RANK, new Evidence("needs", "nothing"));
    }

    @Override
    public FrameImporter open(ImportRequest request) {
        if (!request.kinds().contains(FrameKind.SYSTEM_MEMORY)) {
            throw new BackendException("the encoder reads " + request.kinds() + " only, not system memory");
        }
        return new CpuImporter(request.steps());
    }
}
