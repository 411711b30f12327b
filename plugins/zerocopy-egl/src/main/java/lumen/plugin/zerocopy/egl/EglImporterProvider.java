package lumen.plugin.zerocopy.egl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import lumen.cuda.Cuda;
import lumen.cuda.CudaException;
import lumen.spi.BackendException;
import lumen.spi.Evidence;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameKind;
import lumen.spi.HostContext;
import lumen.spi.ImportOffer;
import lumen.spi.ImportRequest;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.spi.Verifiable;

/** EGL and OpenGL: tiled buffers of any driver, below Vulkan, which needs no second API on the way to CUDA. */
public final class EglImporterProvider implements FrameImporterProvider, Verifiable {
    private static final int ON_A_GPU = 80;
    /** Below the importer that lets the CPU read the buffers itself. */
    private static final int ON_THE_CPU = 4;
    /** Of the way frames are imported: with another one, a remembered verdict is void. */
    private static final String VERSION = "1";
    private static final String REMEDY = "Install the EGL library of your GPU's driver (Debian, Ubuntu: libegl1 and libegl-mesa0;"
            + " NVIDIA: its driver package) and start lumen with its launcher, which sets the environment drivers need.";

    @Override
    public String id() {
        return "zerocopy-egl";
    }

    @Override
    public boolean zeroCopy() {
        return true;
    }

    @Override
    public Probe probe(HostContext host) {
        try {
            try (EglDisplay display = DisplayChoice.open(OptionalLong.empty()).display()) {
                DmabufFormats formats = DmabufFormats.of(display);
                List<ImportOffer> offers = formats.offers(10, true);
                Evidence found = new Evidence("display", display.description());
                Evidence importable = new Evidence("importable", offers.size() + " format and modifier pairs, "
                        + formats.external().values().stream().mapToInt(List::size).sum() + " more as external textures only");
                Evidence modifiers = new Evidence("modifiers", modifiers(formats));
                if (offers.isEmpty()) {
                    return Probe.unavailable("the driver imports no dmabuf of a desktop format as a texture", REMEDY, found,
                            importable);
                }
                return Probe.available(display.software() ? ON_THE_CPU : ON_A_GPU, found, importable, modifiers);
            }
        } catch (BackendException e) {
            return Probe.unavailable(e.getMessage(), REMEDY);
        }
    }

    /** Such as {@code XR24 AR24: 0x0300000000606015 0x0}, formats with the same ones together. */
    private static String modifiers(DmabufFormats formats) {
        Map<List<Long>, List<String>> byModifiers = new LinkedHashMap<>();
        formats.sampled().forEach((format, list) -> byModifiers.computeIfAbsent(list, l -> new ArrayList<>()).add(fourcc(format)));
        return byModifiers.entrySet().stream().map(e -> String.join(" ", e.getValue()) + ": "
                + e.getKey().stream().map(m -> "0x" + Long.toHexString(m)).collect(Collectors.joining(" "))).collect(Collectors.joining("; "));
    }

    private static String fourcc(PixelFormat format) {
        int code = format.fourcc();
        return "" + (char) (code & 0xff) + (char) (code >> 8 & 0xff) + (char) (code >> 16 & 0xff) + (char) (code >> 24 & 0xff);
    }

    @Override
    public String fingerprint() {
        try (EglDisplay display = DisplayChoice.open(OptionalLong.empty()).display()) {
            GlContext context = new GlContext(display);
            try {
                return VERSION + ", " + display.description() + ", " + context.renderer() + ", " + context.device();
            } finally {
                context.close();
            }
        } catch (BackendException e) {
            return VERSION + ", " + e.getMessage();
        }
    }

    @Override
    public Verdict verify(Trial trial) {
        return EglTrial.run(trial);
    }

    @Override
    public List<FrameKind> zeroCopyKinds(long renderDevice) {
        try {
            return Cuda.load().deviceOfNode(renderDevice).isPresent() ? List.of(FrameKind.CUDA_MEMORY) : List.of();
        } catch (CudaException e) {
            return List.of();
        }
    }

    @Override
    public FrameImporter open(ImportRequest request) {
        return open(request, MemoryBudget.unlimited(), Patience.PRODUCTION);
    }

    static EglImporter open(ImportRequest request, MemoryBudget budget, Patience patience) {
        DisplayChoice choice = DisplayChoice.open(request.renderDevice());
        return open(choice.display(), choice.same(), request, Detiler.Method.on(choice.display()), budget, patience);
    }

    /** On a display that the importer closes, also if it can't be opened. */
    static EglImporter open(EglDisplay display, boolean tiled, ImportRequest request, Detiler.Method method, MemoryBudget budget,
                            Patience patience) {
        try {
            List<ImportOffer> offers = DmabufFormats.of(display).offers(request.bitDepth(), tiled);
            if (offers.isEmpty()) {
                throw new BackendException(display.description() + " imports no dmabuf of the formats asked for");
            }
            return open(display, request, offers, DmabufTexture::open, method, budget, patience);
        } catch (RuntimeException e) {
            display.close();
            throw e;
        }
    }

    /** As above, of buffers of any kind. The display is closed by the importer only. */
    static EglImporter open(EglDisplay display, ImportRequest request, List<ImportOffer> offers, TextureSource source,
                            Detiler.Method method, MemoryBudget budget, Patience patience) {
        GlContext context = new GlContext(display);
        try {
            return new EglImporter(new EglImporter.Parts(context, source, method, outputs(context, request.kinds()), offers,
                    request.steps(), budget, patience));
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    private static Outputs outputs(GlContext context, List<FrameKind> kinds) {
        List<String> refusals = new ArrayList<>();
        for (FrameKind kind : kinds) {
            switch (kind) {
                case SYSTEM_MEMORY -> {
                    return Outputs.HOST;
                }
                case CUDA_MEMORY -> {
                    try {
                        return CudaOutputs.on(context.device());
                    } catch (BackendException e) {
                        refusals.add(e.getMessage());
                    }
                }
                case DMABUF -> refusals.add("EGL passes no buffers through");
            }
        }
        throw new BackendException("EGL can't give the encoder what it reads (" + String.join("; ", refusals) + ")");
    }
}
