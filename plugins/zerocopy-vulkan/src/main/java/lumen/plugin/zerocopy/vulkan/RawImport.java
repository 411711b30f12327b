package lumen.plugin.zerocopy.vulkan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lumen.cuda.Cuda;
import lumen.cuda.CudaContext;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaException;
import lumen.cuda.RawDmabuf;
import lumen.posix.CurrentProcess;
import lumen.posix.PosixException;
import lumen.vulkan.Gpu;
import lumen.vulkan.HandleType;
import lumen.vulkan.VulkanException;
import lumen.vulkan.VulkanInstance;

/**
 * The program of the child in which {@link RawImportTrial} has a dmabuf given to CUDA as it is. It prints a line of JSON,
 * see {@link RawReport}, and ends with 0 unless the driver ends it otherwise.
 */
final class RawImport {
    private RawImport() {
    }

    public static void main(String[] arguments) {
        // As in the host: before any driver is loaded, else they misbehave by themselves.
        CurrentProcess.setEnvironment("__GL_THREADED_OPTIMIZATIONS", "0");
        System.out.println(report().json());
    }

    private static RawReport report() {
        Cuda cuda;
        try {
            cuda = Cuda.load();
        } catch (CudaException e) {
            return new RawReport.NotTried(e.getMessage());
        }
        if (cuda.devices().isEmpty()) {
            return new RawReport.NotTried("CUDA finds no device");
        }
        CudaDevice device = cuda.devices().getFirst();
        try (CudaContext context = device.retain()) {
            context.makeCurrent();
            return report(cuda, device);
        } catch (CudaException | PosixException e) {
            return new RawReport.NotTried(e.getMessage());
        }
    }

    /** Vulkan is there before, as in the host; what it can't do even before says nothing about the import. */
    private static RawReport report(Cuda cuda, CudaDevice device) {
        List<String> able = new ArrayList<>();
        List<String> harmed = new ArrayList<>();
        Optional<VulkanInstance> vulkan = instance();
        try {
            Optional<Gpu> gpu = vulkan.flatMap(v -> v.gpus().stream().filter(g -> g.uuid().equals(device.uuid())).findFirst());
            List<Health> checks = new ArrayList<>(List.of(Health.cuda()));
            gpu.ifPresent(g -> checks.add(Health.vulkan(g, HandleType.OPAQUE_FD)));
            checks.removeIf(c -> c.ailment().isPresent());
            RawDmabuf.Outcome outcome = RawDmabuf.tryImport();
            for (Health check : checks) {
                check.ailment().ifPresentOrElse(a -> harmed.add(check.name() + ": " + a), () -> able.add(check.name()));
            }
            String after = harmed.isEmpty() && able.isEmpty() ? "nothing worked before either"
                    : harmed.isEmpty() ? "seen to work before and after: " + String.join(", ", able)
                    : String.join("; ", harmed) + (able.isEmpty() ? "" : "; still working: " + String.join(", ", able));
            return new RawReport.Tried(cuda.driverName(), outcome.code(), outcome.name(), outcome.taken(), harmed.isEmpty(),
                    after);
        } finally {
            vulkan.ifPresent(VulkanInstance::close);
        }
    }

    private static Optional<VulkanInstance> instance() {
        try {
            return Optional.of(VulkanInstance.acquire());
        } catch (VulkanException | LinkageError e) {
            return Optional.empty();
        }
    }
}
