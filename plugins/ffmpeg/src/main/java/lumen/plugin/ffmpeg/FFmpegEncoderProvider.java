package lumen.plugin.ffmpeg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import lumen.cuda.Cuda;
import lumen.cuda.CudaDevice;
import lumen.cuda.CudaException;
import lumen.plugin.ffmpeg.color.Nv12Converter;
import lumen.spi.BackendException;
import lumen.spi.Chroma;
import lumen.spi.Encoder;
import lumen.spi.EncoderOffer;
import lumen.spi.EncoderProvider;
import lumen.spi.EncoderSettings;
import lumen.spi.Evidence;
import lumen.spi.FrameKind;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.spi.Verifiable;
import lumen.spi.VideoCodec;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Offers what opens of FFmpeg's encoders: libx264, which the probe needs, and those of GPUs, tried in the background. */
public final class FFmpegEncoderProvider implements EncoderProvider, Verifiable {
    private static final String GET_NATIVES =
            "Add the natives module for this platform, such as lumen-natives-linux-x86_64-gpl, to the module path.";

    private static final int RANK = 50;
    /** What the probe waits for the GPUs: without one the survey ends within. */
    private static final long PROBE_MILLIS = 100;
    /** What a session waits for them at most, if it comes right after the start. */
    private static final long OFFER_MILLIS = 5_000;

    private final Hardware hardware;
    private volatile String preset = X264Preset.AUTO;

    /** With this machine's GPUs. */
    public FFmpegEncoderProvider() {
        this(Hardware.shared());
    }

    FFmpegEncoderProvider(Hardware hardware) {
        this.hardware = hardware;
    }

    @Override
    public String id() {
        return "ffmpeg";
    }

    /**
     * Opens libx264 at a tiny size, and begins to try out the GPUs. The first probe on a machine also unpacks the native
     * libraries, which takes longer than later ones.
     */
    @Override
    public Probe probe(HostContext host) {
        String asked = host.variable("LUMEN_X264_PRESET").orElse(X264Preset.AUTO);
        if (!X264Preset.WORDS.contains(asked)) {
            return Probe.unavailable("x264 has no preset '" + asked + "'",
                    "Set LUMEN_X264_PRESET to one of " + String.join(", ", X264Preset.WORDS) + ".");
        }
        try {
            String version = avutil.av_version_info().getString();
            FFmpegLog.install(host.variable("LUMEN_FFMPEG_DEBUG").filter("true"::equals).isPresent());
            X264.open(EncoderTrial.settings(VideoCodec.H264, 8), asked).close();
            preset = asked;
            hardware.start(host, drivers());
            List<Evidence> evidence = new ArrayList<>(List.of(
                    new Evidence("FFmpeg", version + ", libavcodec " + versionText(avcodec.avcodec_version())),
                    new Evidence("encoder", X264Context.NAME), new Evidence("preset", explained(asked)),
                    new Evidence("colour conversion", Nv12Converter.best())));
            hardware.await(PROBE_MILLIS).ifPresentOrElse(
                    survey -> survey.tried().forEach(t -> evidence.add(new Evidence(t.name(), t.seen()))),
                    () -> evidence.add(new Evidence("GPUs", "being tried out in the background")));
            return new Probe.Available(RANK, evidence);
        } catch (LinkageError e) {
            return Probe.unavailable("FFmpeg's native libraries did not load: " + e.getMessage(), GET_NATIVES);
        } catch (BackendException e) {
            return Probe.unavailable(e.getMessage(), new Evidence("preset", asked));
        }
    }

    private static String explained(String preset) {
        return preset.equals(X264Preset.AUTO)
                ? preset + ": " + X264Preset.FINE + " up to " + X264Preset.FINE_PIXELS_PER_SECOND / 1_000_000
                        + " million pixels/s, " + X264Preset.FAST + " above"
                : preset;
    }

    private static String versionText(int version) {
        return (version >> 16) + "." + (version >> 8 & 0xFF) + "." + (version & 0xFF);
    }

    /** Waits for the GPUs to be tried out, if that is still going on. */
    @Override
    public List<EncoderOffer> offers() {
        HardwareSurvey survey = hardware.await(OFFER_MILLIS).orElse(HardwareSurvey.NONE);
        List<EncoderOffer> offers = new ArrayList<>();
        for (HardwareCodec codec : HardwareCodec.values()) {
            survey.bitDepth(codec).ifPresent(bits -> offers.add(new EncoderOffer(codec.encoderName(), codec.codec(),
                    codec.api().rank(),
                    reads(codec.api()), bits, Chroma.YUV420, false)));
        }
        List<FrameKind> memory = survey.cuda().isEmpty() ? List.of(FrameKind.SYSTEM_MEMORY)
                : List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY);
        offers.add(new EncoderOffer(X264Context.NAME, VideoCodec.H264, RANK, memory, 8, Chroma.YUV420, true));
        offers.sort(Comparator.comparingInt(EncoderOffer::rank).reversed());
        return List.copyOf(offers);
    }

    private static List<FrameKind> reads(HardwareApi api) {
        return switch (api) {
            case NVENC -> List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY);
            case VAAPI -> List.of(FrameKind.DMABUF, FrameKind.SYSTEM_MEMORY);
            case VULKAN -> List.of(FrameKind.SYSTEM_MEMORY);
        };
    }

    /** None for libx264, which encodes on the CPU, even where a GPU has converted the colours. */
    @Override
    public List<FrameKind> zeroCopyKinds(EncoderOffer offer, long renderDevice) {
        HardwareSurvey survey = hardware.await(OFFER_MILLIS).orElse(HardwareSurvey.NONE);
        try {
            return HardwareCodec.named(offer.name()).filter(codec -> survey.bitDepth(codec).isPresent())
                    .filter(codec -> place(codec.api(), OptionalLong.of(renderDevice)).filter(at -> survey.works(codec, at))
                            .isPresent())
                    .map(codec -> reads(codec.api()).stream().filter(kind -> kind != FrameKind.SYSTEM_MEMORY).toList())
                    .orElse(List.of());
        } catch (CudaException e) {
            return List.of();
        }
    }

    /** The GPU that a compositor renders on, in that interface's terms. */
    private static Optional<String> place(HardwareApi api, OptionalLong renderDevice) {
        return switch (api) {
            case NVENC -> renderDevice.stream().boxed().findFirst().flatMap(node -> Cuda.load().deviceOfNode(node))
                    .map(device -> device.uuid().toString());
            case VAAPI -> RenderNode.of(renderDevice);
            case VULKAN -> Optional.empty();
        };
    }

    @Override
    public Encoder open(EncoderOffer offer, EncoderSettings settings) {
        if (!offer.meets(settings)) {
            throw new BackendException(offer.name() + " encodes " + offer.codec() + " of " + offer.bitDepth() + " bits, not "
                    + settings);
        }
        try {
            Optional<HardwareCodec> codec = HardwareCodec.named(offer.name());
            if (codec.isPresent()) {
                return open(codec.get(), settings);
            }
            return offer.reads().contains(FrameKind.CUDA_MEMORY)
                    ? X264.open(settings, preset, new CudaDownloadFeed(settings, VideoSignal.of(settings.color())))
                    : X264.open(settings, preset);
        } catch (LinkageError e) {
            throw new BackendException("FFmpeg's native libraries did not load", e);
        } catch (CudaException e) {
            throw new BackendException(offer.name() + ": " + e.getMessage(), e);
        }
    }

    private Encoder open(HardwareCodec codec, EncoderSettings settings) {
        String place = hardware.await(OFFER_MILLIS).flatMap(
                        s -> s.place(codec, settings.bitDepth(), place(codec.api(), settings.renderDevice())))
                .orElseThrow(() -> new BackendException(codec.encoderName() + " works on no GPU of this machine"));
        return switch (codec.api()) {
            case NVENC -> NvencEncoder.open(codec, settings, device(place));
            case VAAPI -> VaapiEncoder.open(codec, settings, place);
            case VULKAN -> VulkanEncoder.open(codec, settings);
        };
    }

    private static CudaDevice device(String uuid) {
        return Cuda.load().devices().stream().filter(d -> d.uuid().toString().equals(uuid)).findFirst()
                .orElseThrow(() -> new BackendException("the CUDA device " + uuid + " is gone"));
    }

    /**
     * Waits for the GPUs to be tried out: a driver that ends the host in the course of that is noted there, and must not count
     * against libx264 in a trial of this backend as well. One in which GPUs are left alone is another trial.
     */
    @Override
    public String fingerprint() {
        return drivers() + (hardware.await(OFFER_MILLIS).equals(Optional.of(HardwareSurvey.LEFT_ALONE)) ? ", GPUs left alone" : "");
    }

    private static String drivers() {
        return "FFmpeg " + avutil.av_version_info().getString() + ", NVIDIA driver " + nvidiaVersion();
    }

    /** Read from the kernel's module: asking CUDA would start it. */
    private static String nvidiaVersion() {
        try {
            return Files.readString(Path.of("/sys/module/nvidia/version")).strip();
        } catch (IOException e) {
            return "none";
        }
    }

    /** Encoders that can't be opened here count as skipped: they aren't offered. */
    @Override
    public Verdict verify(Trial trial) {
        return EncoderVerdict.of(trial, hardware.await(trial.seconds() * 1000L).orElse(HardwareSurvey.NONE), preset);
    }
}
