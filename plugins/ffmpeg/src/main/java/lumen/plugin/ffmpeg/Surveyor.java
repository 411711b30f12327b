package lumen.plugin.ffmpeg;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import lumen.cuda.Cuda;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaException;
import lumen.plugin.ffmpeg.HardwareSurvey.Found;
import lumen.plugin.ffmpeg.HardwareSurvey.Tried;
import lumen.posix.CurrentProcess;
import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportOffer;

/** Tries out all encoders on GPUs by opening them. One use. */
final class Surveyor {
    private static final Path NVIDIA = Path.of("/dev/nvidiactl");
    private static final String THREADED = "__GL_THREADED_OPTIMIZATIONS";

    private final List<Found> encoders = new ArrayList<>();
    private final List<String> cuda = new ArrayList<>();
    private final Map<String, List<ImportOffer>> dmabufs = new HashMap<>();
    private final List<Tried> tried = new ArrayList<>();

    private Surveyor() {
    }

    /** Takes from some milliseconds, where there is no GPU, to a second. Throws nothing. */
    static HardwareSurvey survey() {
        Surveyor surveyor = new Surveyor();
        surveyor.cuda();
        surveyor.vaapi();
        surveyor.vulkan();
        return surveyor.result();
    }

    private HardwareSurvey result() {
        return new HardwareSurvey(encoders, cuda, dmabufs, tried);
    }

    private void works(String name, String seen) {
        tried.add(new Tried(name, true, seen));
    }

    /** What was tried need not be said twice. */
    private void fails(String name, String reason) {
        String prefix = name + ": ";
        tried.add(new Tried(name, false, reason.startsWith(prefix) ? reason.substring(prefix.length()) : reason));
    }

    private void cuda() {
        Cuda driver;
        try {
            driver = Cuda.load();
        } catch (CudaException e) {
            fails("CUDA", e.getMessage());
            return;
        }
        tried.add(new Tried("NVENC API", NvencDriver.newest().orElse(0) >= NvencDriver.NEEDED, NvencDriver.describe()));
        for (CudaDevice device : driver.devices()) {
            try {
                works("CUDA conversion on " + device.name(), CudaTrial.run(device));
                cuda.add(device.uuid().toString());
            } catch (BackendException | CudaException e) {
                fails("CUDA conversion on " + device.name(), "left out: " + e.getMessage());
                continue;
            }
            tryAll(HardwareApi.NVENC, device.uuid().toString(), codec -> settings -> NvencEncoder.open(codec, settings, device));
        }
    }

    private void vaapi() {
        List<String> nodes = RenderNode.all();
        if (nodes.isEmpty()) {
            fails("VAAPI", "there is no render node in /dev/dri");
        }
        for (String node : nodes) {
            try (HardwareDevice device = HardwareDevice.vaapi(node)) {
                List<ImportOffer> offers = VaapiModifiers.of(device);
                dmabufs.put(node, offers);
                works("VAAPI on " + node, "opened; takes " + offers.size() + " kinds of dmabufs; passing them through is not yet seen on hardware");
            } catch (BackendException e) {
                fails("VAAPI on " + node, e.getMessage());
                continue;
            }
            tryAll(HardwareApi.VAAPI, node, codec -> settings -> VaapiEncoder.open(codec, settings, node));
        }
    }

    private void vulkan() {
        // NVIDIA's driver turns these on by itself in a JVM, and then ends it with a fault at exit.
        if (Files.exists(NVIDIA) && !CurrentProcess.environment(THREADED).equals(Optional.of("0"))) {
            fails("Vulkan", "left alone: NVIDIA's driver needs " + THREADED + "=0 in the environment");
            return;
        }
        try {
            HardwareDevice.vulkan().close();
            works("Vulkan", "there is a device");
        } catch (BackendException e) {
            fails("Vulkan", e.getMessage());
            return;
        }
        tryAll(HardwareApi.VULKAN, "", codec -> settings -> VulkanEncoder.open(codec, settings));
    }

    private void tryAll(HardwareApi api, String place, Function<HardwareCodec, Function<EncoderSettings, FFmpegEncoder>> opener) {
        for (HardwareCodec codec : HardwareCodec.values()) {
            if (codec.api() != api) {
                continue;
            }
            try {
                String seen = EncoderTrial.run(codec.codec(), 8, opener.apply(codec));
                encoders.add(new Found(codec, place, tenBits(codec, opener) ? 10 : 8));
                works(codec.encoderName(), seen + "; not yet seen on hardware by its makers");
            } catch (BackendException | CudaException e) {
                fails(codec.encoderName(), e.getMessage());
            }
        }
    }

    private static boolean tenBits(HardwareCodec codec, Function<HardwareCodec, Function<EncoderSettings, FFmpegEncoder>> opener) {
        if (!codec.mayHaveTenBits()) {
            return false;
        }
        try {
            EncoderTrial.run(codec.codec(), 10, opener.apply(codec));
            return true;
        } catch (BackendException | CudaException e) {
            return false;
        }
    }
}
