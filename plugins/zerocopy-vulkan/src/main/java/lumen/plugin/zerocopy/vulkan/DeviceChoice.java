package lumen.plugin.zerocopy.vulkan;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import lumen.cuda.Cuda;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaException;
import lumen.spi.FrameKind;
import lumen.vulkan.Gpu;

/** Which device imports, and for whom. */
final class DeviceChoice {
    static final Path NVIDIA = Path.of("/dev/nvidiactl");

    private DeviceChoice() {
    }

    /** CUDA's driver, if there is one: it isn't loaded where there can be none. */
    static Optional<Cuda> cuda() {
        if (!Files.exists(NVIDIA)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Cuda.load());
        } catch (CudaException e) {
            return Optional.empty();
        }
    }

    /**
     * The device that the compositor renders on, else one that CUDA drives, too, else the first best; a CPU in disguise
     * only if there is nothing else.
     *
     * @param node the compositor's DRM device
     */
    static Optional<Gpu> gpu(List<Gpu> gpus, Options options, OptionalLong node, Optional<Cuda> cuda) {
        List<Gpu> able = gpus.stream().filter(g -> new Capabilities(g, options).any()).toList();
        if (node.isPresent()) {
            Optional<Gpu> renders = able.stream().filter(g -> g.isNode(node.getAsLong())).findFirst();
            if (renders.isPresent()) {
                return renders;
            }
        }
        return able.stream().min(Comparator.comparing((Gpu g) -> cuda.flatMap(c -> c.device(g.uuid())).isEmpty())
                .thenComparing(Gpu::kind));
    }

    /**
     * What the frames will be: the first of the kinds asked for that a device can give.
     *
     * @return empty if it is none of them
     */
    static Optional<FrameKind> kind(List<FrameKind> kinds, Optional<CudaDevice> device) {
        return kinds.stream().filter(k -> k == FrameKind.SYSTEM_MEMORY || k == FrameKind.CUDA_MEMORY && device.isPresent()).findFirst();
    }
}
