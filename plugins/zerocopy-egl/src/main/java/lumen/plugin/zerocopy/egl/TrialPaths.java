package lumen.plugin.zerocopy.egl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lumen.posix.Fd;
import lumen.posix.PosixException;
import lumen.posix.SystemDmabuf;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.vulkan.Gpu;
import lumen.vulkan.HandleType;
import lumen.vulkan.ModifierSupport;
import lumen.vulkan.SamplePicture;
import lumen.vulkan.SamplePictures;
import lumen.vulkan.VulkanException;
import lumen.vulkan.VulkanInstance;

/** The buffers that can be made here: dmabufs of ordinary memory, and what Vulkan exports on the same device. */
final class TrialPaths implements AutoCloseable {
    /** With alpha, so that each byte counts. */
    static final PixelFormat FORMAT = PixelFormat.ARGB8888;
    /** Most drivers list many modifiers that differ in block height only. */
    private static final int TILINGS = 4;

    private final List<TrialPath> paths = new ArrayList<>();
    private final List<Verdict.Check> skipped = new ArrayList<>();
    private VulkanInstance vulkan;
    private SamplePictures pictures;

    /** @param context current */
    TrialPaths(GlContext context, DmabufFormats formats) {
        if (formats.sampled().getOrDefault(FORMAT, List.of()).contains(ImportOffer.LINEAR)) {
            system();
        } else {
            skip("LINEAR dmabuf", formats.external().getOrDefault(FORMAT, List.of()).contains(ImportOffer.LINEAR)
                    ? "the driver reads LINEAR as external textures only" : "the driver lists no LINEAR modifier");
        }
        vulkan(context, formats);
    }

    List<TrialPath> paths() {
        return paths;
    }

    /** What can't be tried here, and why. */
    List<Verdict.Check> skipped() {
        return skipped;
    }

    private void skip(String name, String reason) {
        skipped.add(Verdict.Check.skipped(name, reason));
    }

    private void system() {
        List<String> refusals = new ArrayList<>();
        if (tryMemory(SystemDmabuf::udmabuf, refusals) || tryMemory(SystemDmabuf::heap, refusals)) {
            return;
        }
        skip("LINEAR dmabuf of system memory", String.join("; ", refusals));
    }

    private boolean tryMemory(java.util.function.LongFunction<Fd> memory, List<String> refusals) {
        try {
            memory.apply(1).close();
        } catch (PosixException e) {
            refusals.add(e.getMessage());
            return false;
        }
        paths.add(new TrialPath("LINEAR dmabuf of system memory", DmabufTexture::open, size ->
                new TrialBuffer(FORMAT, size.width(), size.height(), TrialBuffer.alignedStride(size.width()), 0, memory)));
        return true;
    }

    private void vulkan(GlContext context, DmabufFormats formats) {
        try {
            vulkan = VulkanInstance.acquire();
            Optional<Gpu> gpu = gpu(context, vulkan.gpus());
            if (gpu.isEmpty()) {
                skip("dmabufs of Vulkan", "Vulkan doesn't know the device " + context.renderer());
                return;
            }
            pictures = new SamplePictures(gpu.get());
            if (gpu.get().knows(HandleType.DMA_BUF)) {
                dmabufs(gpu.get(), formats);
            } else {
                skip("dmabufs of Vulkan", gpu.get().name() + " has no " + Gpu.DMA_BUF_MEMORY);
                opaque(context, gpu.get());
            }
        } catch (VulkanException e) {
            skip("buffers of Vulkan", e.getMessage());
        }
    }

    private static Optional<Gpu> gpu(GlContext context, List<Gpu> gpus) {
        return gpus.stream().filter(g -> g.uuid().equals(context.device())).findFirst()
                .or(() -> gpus.stream().filter(g -> context.software() && g.kind() == Gpu.Kind.SOFTWARE).findFirst());
    }

    private void dmabufs(Gpu gpu, DmabufFormats formats) {
        List<Long> importable = formats.sampled().getOrDefault(FORMAT, List.of());
        List<ModifierSupport> exportable = gpu.modifiers(FORMAT.fourcc(), HandleType.DMA_BUF).stream()
                .filter(m -> m.exportable() && importable.contains(m.modifier())).toList();
        exportable.stream().filter(m -> m.modifier() != ImportOffer.LINEAR).limit(TILINGS).forEach(this::dmabuf);
        exportable.stream().filter(m -> m.modifier() == ImportOffer.LINEAR).forEach(this::dmabuf);
        if (exportable.isEmpty()) {
            skip("dmabufs of Vulkan", gpu.name() + " exports none with a modifier that EGL imports");
        }
    }

    private void dmabuf(ModifierSupport modifier) {
        String name = modifier.modifier() == ImportOffer.LINEAR ? "LINEAR dmabuf of Vulkan"
                : String.format("tiled 0x%016x dmabuf of Vulkan", modifier.modifier());
        paths.add(new TrialPath(name, DmabufTexture::open, size -> sample(
                pictures.tiled(FORMAT.fourcc(), size.width(), size.height(), modifier, HandleType.DMA_BUF))));
    }

    private void opaque(GlContext context, Gpu gpu) {
        if (!context.capabilities().GL_EXT_memory_object_fd || !gpu.knows(HandleType.OPAQUE_FD)) {
            skip("opaque fd of Vulkan", "OpenGL has no GL_EXT_memory_object_fd, or Vulkan no VK_KHR_external_memory_fd");
            return;
        }
        paths.add(new TrialPath("opaque fd of Vulkan as texture", MemoryObjectTexture::open,
                size -> sample(pictures.optimal(FORMAT.fourcc(), size.width(), size.height()))));
    }

    private static Sample sample(SamplePicture picture) {
        return new VulkanSample(picture, FORMAT);
    }

    @Override
    public void close() {
        if (pictures != null) {
            pictures.close();
        }
        if (vulkan != null) {
            vulkan.close();
        }
    }
}
