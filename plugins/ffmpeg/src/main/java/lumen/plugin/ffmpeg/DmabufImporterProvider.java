package lumen.plugin.ffmpeg;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import lumen.spi.BackendException;
import lumen.spi.Evidence;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameKind;
import lumen.spi.HostContext;
import lumen.spi.ImportOffer;
import lumen.spi.ImportRequest;
import lumen.spi.Probe;

/** Passes dmabufs through to VAAPI's encoders, which read them with the GPU's video processor. */
public final class DmabufImporterProvider implements FrameImporterProvider {
    private static final int RANK = 85;

    private volatile Map<String, List<ImportOffer>> offers = Map.of();

    @Override
    public String id() {
        return "zerocopy-dmabuf";
    }

    /** Opens a VAAPI device on each render node. */
    @Override
    public Probe probe(HostContext host) {
        List<String> nodes = RenderNode.all();
        if (nodes.isEmpty()) {
            return Probe.unavailable("there is no render node in /dev/dri");
        }
        var found = new java.util.TreeMap<String, List<ImportOffer>>();
        var evidence = new java.util.ArrayList<Evidence>();
        try {
            FFmpegLog.install(host.variable("LUMEN_FFMPEG_DEBUG").filter("true"::equals).isPresent());
            for (String node : nodes) {
                try (HardwareDevice device = HardwareDevice.vaapi(node)) {
                    List<ImportOffer> kinds = VaapiModifiers.of(device);
                    found.put(node, kinds);
                    evidence.add(new Evidence(node, "VAAPI takes " + kinds.size()
                            + " kinds of dmabufs; not yet seen on hardware"));
                } catch (BackendException e) {
                    evidence.add(new Evidence(node, e.getMessage()));
                }
            }
        } catch (LinkageError e) {
            return Probe.unavailable("FFmpeg's native libraries did not load: " + e.getMessage());
        }
        found.values().removeIf(List::isEmpty);
        offers = Map.copyOf(found);
        return found.isEmpty()
                ? new Probe.Unavailable("no GPU here has a VAAPI driver that opens", evidence,
                        Optional.of("Install the VAAPI driver of the GPU; if it is not in /usr/lib/x86_64-linux-gnu/dri, set "
                                + "LIBVA_DRIVERS_PATH to its folder."))
                : new Probe.Available(RANK, evidence);
    }

    @Override
    public boolean zeroCopy() {
        return true;
    }

    @Override
    public List<FrameKind> zeroCopyKinds(long renderDevice) {
        return RenderNode.of(OptionalLong.of(renderDevice)).filter(offers::containsKey).isPresent()
                ? List.of(FrameKind.DMABUF) : List.of();
    }

    @Override
    public FrameImporter open(ImportRequest request) {
        if (!request.kinds().contains(FrameKind.DMABUF)) {
            throw new BackendException("the encoder reads " + request.kinds() + " only, no dmabufs");
        }
        String node = RenderNode.of(request.renderDevice())
                .orElseGet(() -> offers.keySet().stream().sorted().findFirst().orElse("none"));
        List<ImportOffer> kinds = offers.get(node);
        if (kinds == null) {
            throw new BackendException("the compositor renders on " + node + ", which has no VAAPI");
        }
        List<ImportOffer> allowed = kinds.stream().filter(o -> o.format().bitDepth() <= request.bitDepth())
                .sorted(java.util.Comparator.comparingInt((ImportOffer o) -> o.format().bitDepth()).reversed()).toList();
        return new DmabufImporter(allowed, request.steps());
    }
}
