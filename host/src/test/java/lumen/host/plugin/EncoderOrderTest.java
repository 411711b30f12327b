package lumen.host.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import lumen.host.config.Settings;
import lumen.spi.Chroma;
import lumen.spi.Encoder;
import lumen.spi.EncoderOffer;
import lumen.spi.EncoderProvider;
import lumen.spi.EncoderSettings;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameKind;
import lumen.spi.HostContext;
import lumen.spi.ImportRequest;
import lumen.spi.Probe;
import lumen.spi.Provider;
import lumen.spi.VideoCodec;
import org.junit.jupiter.api.Test;

/** A laptop: the desktop is painted by the GPU of the processor, and beside it there is one that encodes better. */
class EncoderOrderTest {
    private static final long INTEL = 226 << 8 | 128;
    private static final long NVIDIA = 226 << 8 | 129;
    private static final EncoderOffer NVENC = offer("h264_nvenc", 90, FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY);
    private static final EncoderOffer VAAPI = offer("h264_vaapi", 80, FrameKind.DMABUF, FrameKind.SYSTEM_MEMORY);
    private static final EncoderOffer VULKAN = offer("h264_vulkan", 60, FrameKind.SYSTEM_MEMORY);
    private static final EncoderOffer X264 = offer("libx264", 50, FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY);

    private static final Importer THROUGH = new Importer("zerocopy-dmabuf", Map.of(INTEL, List.of(FrameKind.DMABUF)));
    private static final Importer INTO_CUDA = new Importer("zerocopy-vulkan", Map.of(NVIDIA, List.of(FrameKind.CUDA_MEMORY)));
    private static final Importer CPU = new Importer("cpu-fallback", Map.of());

    /** What it gives without the CPU, by device. */
    private record Importer(String id, Map<Long, List<FrameKind>> kinds) implements FrameImporterProvider {
        @Override
        public Probe probe(HostContext host) {
            throw new AssertionError("the ledger holds the answer already");
        }

        @Override
        public boolean zeroCopy() {
            return !kinds.isEmpty();
        }

        @Override
        public List<FrameKind> zeroCopyKinds(long renderDevice) {
            return kinds.getOrDefault(renderDevice, List.of());
        }

        @Override
        public FrameImporter open(ImportRequest request) {
            throw new AssertionError("selection opens nothing");
        }
    }

    /** What its offers read without the CPU, by device; an offer that isn't named fails at the question. */
    private record Encoders(String id, List<EncoderOffer> offers, Map<String, Map<Long, List<FrameKind>>> kinds)
            implements EncoderProvider {
        @Override
        public Probe probe(HostContext host) {
            throw new AssertionError("the ledger holds the answer already");
        }

        @Override
        public List<FrameKind> zeroCopyKinds(EncoderOffer offer, long renderDevice) {
            return Optional.ofNullable(kinds.get(offer.name())).orElseThrow(() -> new IllegalStateException("the driver is gone"))
                    .getOrDefault(renderDevice, List.of());
        }

        @Override
        public Encoder open(EncoderOffer offer, EncoderSettings settings) {
            throw new AssertionError("selection opens nothing");
        }
    }

    /** Of an SPI before the question was there. */
    private record OldEncoder(String id, List<EncoderOffer> offers) implements EncoderProvider {
        @Override
        public Probe probe(HostContext host) {
            throw new AssertionError("the ledger holds the answer already");
        }

        @Override
        public Encoder open(EncoderOffer offer, EncoderSettings settings) {
            throw new AssertionError("selection opens nothing");
        }
    }

    private static final Encoders LAPTOP = new Encoders("ffmpeg", List.of(NVENC, VAAPI, VULKAN, X264), Map.of(
            "h264_nvenc", Map.of(NVIDIA, List.of(FrameKind.CUDA_MEMORY)), "h264_vaapi", Map.of(INTEL, List.of(FrameKind.DMABUF)),
            "h264_vulkan", Map.of(), "libx264", Map.of()));

    private static EncoderOffer offer(String name, int rank, FrameKind... reads) {
        return new EncoderOffer(name, VideoCodec.H264, rank, List.of(reads), 8, Chroma.YUV420, false);
    }

    private static Candidate usable(Kind kind, Provider provider, int rank) {
        return new Candidate(kind, provider.id(), "mods", Optional.of(provider), Probe.available(rank));
    }

    private static Selection selection(Map<String, String> settings, EncoderProvider... encoders) {
        List<Candidate> candidates = new java.util.ArrayList<>(List.of(usable(Kind.IMPORTER, INTO_CUDA, 90),
                usable(Kind.IMPORTER, THROUGH, 85), usable(Kind.IMPORTER, CPU, 10)));
        for (EncoderProvider encoder : encoders) {
            candidates.add(usable(Kind.ENCODER, encoder, 50));
        }
        return new Selection(new Ledger(candidates, List.of()), new Trials(List.of(), null),
                Settings.load(Path.of("/nonexistent"), false, Map.of(), new LinkedHashMap<>(settings)), Optional.empty());
    }

    private static List<String> names(Selection selection, OptionalLong device) {
        return selection.encoders(device).stream().map(c -> c.offer().name()).toList();
    }

    private static List<String> names(Selection selection, long device) {
        return names(selection, OptionalLong.of(device));
    }

    @Test
    void shouldPreferTheEncoderThatReadsTheBuffersOfTheCompositorsGpu() {
        Selection laptop = selection(Map.of(), LAPTOP);
        assertEquals(List.of("h264_vaapi", "h264_nvenc", "h264_vulkan", "libx264"), names(laptop, INTEL));
        List<EncoderChoice> choices = laptop.encoders(OptionalLong.of(INTEL));
        assertEquals("rank 80, reads dmabuf of the display's GPU; h264_nvenc of rank 90 would need a copy by the CPU",
                choices.getFirst().reason(choices.subList(1, 4)));
        assertEquals("rank 90", choices.get(1).reason(choices.subList(2, 4)));
    }

    @Test
    void shouldOrderByRankWhereTheBestEncoderIsOnTheCompositorsGpu() {
        Selection laptop = selection(Map.of(), LAPTOP);
        assertEquals(List.of("h264_nvenc", "h264_vaapi", "h264_vulkan", "libx264"), names(laptop, NVIDIA));
        List<EncoderChoice> choices = laptop.encoders(OptionalLong.of(NVIDIA));
        assertEquals("rank 90, reads cuda memory of the display's GPU", choices.getFirst().reason(choices.subList(1, 4)));
    }

    @Test
    void shouldOrderByRankWhereTheGpuIsUnknownOrHasNoEncoder() {
        Selection laptop = selection(Map.of(), LAPTOP);
        assertEquals(List.of("h264_nvenc", "h264_vaapi", "h264_vulkan", "libx264"), names(laptop, OptionalLong.empty()));
        assertEquals(List.of("h264_nvenc", "h264_vaapi", "h264_vulkan", "libx264"), names(laptop, 226 << 8 | 130));
    }

    @Test
    void shouldOrderByRankWhereNoImporterBringsWhatTheEncoderReads() {
        assertEquals("h264_nvenc", names(selection(Map.of("video.zerocopy", "off"), LAPTOP), INTEL).getFirst());
        assertEquals("h264_nvenc", names(selection(Map.of("video.importers", "zerocopy-vulkan"), LAPTOP), INTEL).getFirst());
        assertEquals("h264_vaapi", names(selection(Map.of("video.importers", "zerocopy-dmabuf"), LAPTOP), INTEL).getFirst());
        assertEquals("h264_vaapi", names(selection(Map.of("video.zerocopy", "require"), LAPTOP), INTEL).getFirst());
    }

    @Test
    void shouldTakeTheEncoderThatTheUserChose() {
        assertEquals(List.of("h264_nvenc"), names(selection(Map.of("video.encoder", "h264_nvenc"), LAPTOP), INTEL));
        assertEquals("h264_vaapi", names(selection(Map.of("video.encoder", "ffmpeg"), LAPTOP), INTEL).getFirst());
    }

    @Test
    void shouldNotPreferAnEncoderOfTheCpuThatReadsTheGpusMemory() {
        Encoders noHardwareEncoder = new Encoders("ffmpeg", List.of(VULKAN, X264),
                Map.of("h264_vulkan", Map.of(), "libx264", Map.of()));
        assertEquals(List.of("h264_vulkan", "libx264"), names(selection(Map.of(), noHardwareEncoder), NVIDIA));
    }

    @Test
    void shouldJudgeAPluginThatDoesNotAnswerByWhatItReads() {
        OldEncoder old = new OldEncoder("old", List.of(offer("old_h264", 85, FrameKind.DMABUF, FrameKind.SYSTEM_MEMORY)));
        assertEquals(List.of("old_h264", "h264_vaapi", "h264_nvenc", "h264_vulkan", "libx264"),
                names(selection(Map.of(), LAPTOP, old), INTEL));
    }

    @Test
    void shouldKeepAnEncoderWhoseBackendFailsAtTheQuestion() {
        Encoders faulty = new Encoders("faulty",
                List.of(offer("broken", 95, FrameKind.DMABUF, FrameKind.SYSTEM_MEMORY)), Map.of());
        assertEquals(List.of("h264_vaapi", "broken", "h264_nvenc", "h264_vulkan", "libx264"),
                names(selection(Map.of(), LAPTOP, faulty), INTEL));
    }
}
