package lumen.plugin.zerocopy.vulkan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import lumen.cuda.Cuda;
import lumen.cuda.CudaDevice;
import lumen.spi.BackendException;
import lumen.spi.Evidence;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameKind;
import lumen.spi.HostContext;
import lumen.spi.ImportRequest;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.spi.Verifiable;
import lumen.vulkan.Gpu;
import lumen.vulkan.ModifierSupport;
import lumen.vulkan.VulkanException;
import lumen.vulkan.VulkanInstance;

/** Imports dmabufs with Vulkan: the first choice wherever a GPU's driver can. */
public final class VulkanImporterProvider implements FrameImporterProvider, Verifiable {
    private static final int HARDWARE = 90;
    /** A CPU in disguise only copies once more than reading the dmabuf right away. */
    private static final int SOFTWARE = 5;
    /** Counted up with what is to be tried out anew. */
    private static final String VERSION = "2";

    @Override
    public String id() {
        return "zerocopy-vulkan";
    }

    @Override
    public boolean zeroCopy() {
        return true;
    }

    @Override
    public Probe probe(HostContext host) {
        try (VulkanInstance instance = VulkanInstance.acquire()) {
            List<Evidence> evidence = new ArrayList<>();
            for (Gpu gpu : instance.gpus()) {
                evidence.add(new Evidence(gpu.name(), describe(gpu)));
            }
            Evidence[] found = evidence.toArray(Evidence[]::new);
            if (instance.gpus().isEmpty()) {
                return Probe.unavailable("no Vulkan device", "install your GPU's Vulkan driver");
            }
            return instance.gpus().stream().filter(g -> new Capabilities(g, Options.standard()).any()).findFirst().isEmpty()
                    ? Probe.unavailable("no Vulkan device imports dmabufs (VK_EXT_external_memory_dma_buf)",
                            "update the GPU's driver; for NVIDIA, load the kernel module nvidia-drm with modeset=1", found)
                    : Probe.available(instance.gpus().stream().anyMatch(VulkanImporterProvider::hardware) ? HARDWARE : SOFTWARE, found);
        } catch (VulkanException e) {
            return Probe.unavailable(e.getMessage(), "install libvulkan1 and your GPU's Vulkan driver, and start lumen by its launcher");
        }
    }

    private static boolean hardware(Gpu gpu) {
        return gpu.kind() != Gpu.Kind.SOFTWARE && new Capabilities(gpu, Options.standard()).any();
    }

    private static String describe(Gpu gpu) {
        Capabilities capabilities = new Capabilities(gpu, Options.standard());
        if (!capabilities.any()) {
            return gpu.driver() + ", imports no dmabufs";
        }
        return gpu.driver() + ", LINEAR as " + (capabilities.linearAsBuffer() ? "buffer" : "image") + ", modifiers of XR24 as image: "
                + capabilities.modifiers(PixelFormat.XRGB8888).stream().map(ModifierSupport::modifier)
                        .map(m -> "0x" + Long.toHexString(m)).collect(Collectors.joining(" "));
    }

    @Override
    public List<FrameKind> zeroCopyKinds(long renderDevice) {
        return DeviceChoice.cuda().flatMap(c -> c.deviceOfNode(renderDevice)).isPresent()
                ? List.of(FrameKind.CUDA_MEMORY) : List.of();
    }

    @Override
    public FrameImporter open(ImportRequest request) {
        return open(request, Options.standard());
    }

    static VulkanImporter open(ImportRequest request, Options options) {
        VulkanInstance instance;
        try {
            instance = VulkanInstance.acquire();
        } catch (VulkanException e) {
            throw new BackendException(e.getMessage(), e);
        }
        try {
            Optional<Cuda> cuda = request.kinds().contains(FrameKind.CUDA_MEMORY) ? DeviceChoice.cuda() : Optional.empty();
            Gpu gpu = DeviceChoice.gpu(instance.gpus(), options, request.renderDevice(), cuda)
                    .orElseThrow(() -> new BackendException("no Vulkan device imports " + options.handle()));
            Optional<CudaDevice> device = cuda.flatMap(c -> c.device(gpu.uuid()));
            FrameKind kind = DeviceChoice.kind(request.kinds(), device).orElseThrow(() -> new BackendException(
                    gpu.name() + " gives frames in system memory, the encoder reads " + request.kinds() + " only"));
            return new VulkanImporter(instance, gpu, device.filter(d -> kind == FrameKind.CUDA_MEMORY), request, options);
        } catch (RuntimeException e) {
            instance.close();
            throw e instanceof VulkanException ? new BackendException(e.getMessage(), e) : e;
        }
    }

    @Override
    public String fingerprint() {
        try (VulkanInstance instance = VulkanInstance.acquire()) {
            String gpus = instance.gpus().stream().map(Gpu::toString).collect(Collectors.joining(", "));
            return "zerocopy-vulkan " + VERSION + ", " + gpus
                    + DeviceChoice.cuda().map(c -> ", CUDA " + c.driverVersion() + " " + c.driverName()).orElse("");
        } catch (VulkanException e) {
            return "zerocopy-vulkan " + VERSION + ", no Vulkan";
        }
    }

    @Override
    public Verdict verify(Trial trial) {
        return new SelfTest(trial, OptionalLong.empty()).run();
    }

    @Override
    public List<Evidence> facts(Trial trial) {
        return List.of(new Evidence(RawImportTrial.NAME, RawImportTrial.run(trial)));
    }
}
