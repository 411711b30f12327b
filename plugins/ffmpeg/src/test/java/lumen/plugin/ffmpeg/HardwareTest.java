package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import lumen.plugin.ffmpeg.HardwareSurvey.Found;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.Chroma;
import lumen.spi.EncoderOffer;
import lumen.spi.Evidence;
import lumen.spi.FrameKind;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.spi.VideoCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardwareTest {
    private static final long LONG = 30_000;
    private static final String H200 = "00000000-0000-0000-0000-000000000001";

    private final TestHost host = new TestHost(Map.of());

    private static HardwareSurvey of(Found... found) {
        return new HardwareSurvey(List.of(found), List.of(), Map.of(), List.of());
    }

    @Test
    void shouldOfferWhatWasFoundBestFirst() {
        var provider = new FFmpegEncoderProvider(new Hardware(() -> new HardwareSurvey(List.of(
                new Found(HardwareCodec.H264_VULKAN, "", 8), new Found(HardwareCodec.HEVC_VAAPI, "/dev/dri/renderD129", 10),
                new Found(HardwareCodec.HEVC_VAAPI, "/dev/dri/renderD128", 8), new Found(HardwareCodec.H264_NVENC, H200, 8),
                new Found(HardwareCodec.AV1_NVENC, H200, 10)), List.of(H200), Map.of(), List.of())));
        provider.probe(host);
        var cuda = List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY);
        assertEquals(List.of(
                new EncoderOffer("h264_nvenc", VideoCodec.H264, 90, cuda, 8, Chroma.YUV420, false),
                new EncoderOffer("av1_nvenc", VideoCodec.AV1, 90, cuda, 10, Chroma.YUV420, false),
                new EncoderOffer("hevc_vaapi", VideoCodec.HEVC, 80, List.of(FrameKind.DMABUF, FrameKind.SYSTEM_MEMORY), 10,
                        Chroma.YUV420, false),
                new EncoderOffer("h264_vulkan", VideoCodec.H264, 60, List.of(FrameKind.SYSTEM_MEMORY), 8, Chroma.YUV420, false),
                new EncoderOffer("libx264", VideoCodec.H264, 50, cuda, 8, Chroma.YUV420, true)), provider.offers());
    }

    @Test
    void shouldReadNothingWithoutTheCpuOfAGpuThatHasNoEncoder() {
        var provider = new FFmpegEncoderProvider(new Hardware(() -> new HardwareSurvey(List.of(
                new Found(HardwareCodec.H264_NVENC, H200, 8), new Found(HardwareCodec.H264_VAAPI, "/dev/dri/renderD250", 8),
                new Found(HardwareCodec.H264_VULKAN, "", 8)), List.of(H200), Map.of(), List.of())));
        provider.probe(host);
        assertEquals(4, provider.offers().size());
        long noSuchDevice = 226 << 8 | 255;
        provider.offers().forEach(offer -> assertEquals(List.of(), provider.zeroCopyKinds(offer, noSuchDevice), offer.name()));
    }

    @Test
    void shouldKnowWhereAnEncoderWorks() {
        var survey = of(new Found(HardwareCodec.HEVC_VAAPI, "a", 8), new Found(HardwareCodec.H264_VAAPI, "b", 8));
        assertTrue(survey.works(HardwareCodec.HEVC_VAAPI, "a"));
        assertFalse(survey.works(HardwareCodec.HEVC_VAAPI, "b"));
    }

    @Test
    void shouldTakeThePlaceAskedForIfItHasTheDepth() {
        var survey = of(new Found(HardwareCodec.HEVC_VAAPI, "a", 8), new Found(HardwareCodec.HEVC_VAAPI, "b", 10));
        assertEquals(Optional.of("a"), survey.place(HardwareCodec.HEVC_VAAPI, 8, Optional.empty()));
        assertEquals(Optional.of("b"), survey.place(HardwareCodec.HEVC_VAAPI, 8, Optional.of("b")));
        assertEquals(Optional.of("b"), survey.place(HardwareCodec.HEVC_VAAPI, 10, Optional.of("a")));
        assertEquals(Optional.empty(), survey.place(HardwareCodec.H264_VAAPI, 8, Optional.of("a")));
    }

    @Test
    void shouldNotLetTheProbeWaitForASlowGpuButLetOffersWait() {
        var go = new CountDownLatch(1);
        var provider = new FFmpegEncoderProvider(new Hardware(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return of(new Found(HardwareCodec.H264_NVENC, H200, 8));
        }));
        var probe = provider.probe(host);
        assertTrue(probe.evidence().contains(new Evidence("GPUs", "being tried out in the background")), probe.toString());
        go.countDown();
        assertEquals("h264_nvenc", provider.offers().getFirst().name());
    }

    @Test
    void shouldSurveyOnce() {
        var surveys = new AtomicInteger();
        var hardware = new Hardware(() -> {
            surveys.incrementAndGet();
            return HardwareSurvey.NONE;
        });
        assertEquals(Optional.empty(), hardware.await(0));
        hardware.start(host, "1");
        hardware.start(host, "1");
        assertTrue(hardware.await(LONG).isPresent());
        assertEquals(1, surveys.get());
        assertEquals(Map.of(), host.noted);
    }

    @Test
    void shouldLeaveGpusAloneThatHaveEndedTheHostTwice() {
        var begun = new java.util.ArrayList<String>();
        for (int start = 0; start < 2; start++) {
            // What a host that dies in its survey leaves behind is the note as it was then.
            var dying = new Hardware(() -> {
                begun.add(host.noted.get("ffmpeg/survey"));
                return of(new Found(HardwareCodec.H264_NVENC, H200, 8));
            });
            dying.start(host, "driver 1");
            dying.await(LONG);
            host.noted.put("ffmpeg/survey", begun.getLast());
        }
        assertEquals(List.of("begun driver 1", "begun again driver 1"), begun);
        var third = new Hardware(() -> {
            throw new AssertionError("tried once more");
        });
        third.start(host, "driver 1");
        var survey = third.await(LONG).orElseThrow();
        assertEquals(List.of(), survey.encoders());
        assertTrue(survey.tried().getFirst().seen().contains("ended the host twice"));
        var updated = new Hardware(() -> of(new Found(HardwareCodec.H264_NVENC, H200, 8)));
        updated.start(host, "driver 2");
        assertEquals(1, updated.await(LONG).orElseThrow().encoders().size());
    }

    /** A command such as doctor is over before a slow survey is: that must not count as a crash, but a crash must. */
    @ParameterizedTest
    @CsvSource({"exit,", "halt,begun driver 1"})
    void shouldTellAnEndInOrderFromACrash(String end, String note, @TempDir Path folder) throws Exception {
        Path file = folder.resolve("note");
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                SurveyInChild.class.getName(), end, file.toString()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile()).start();
        try {
            assertTrue(child.waitFor(60, TimeUnit.SECONDS), "the child hangs");
        } finally {
            child.destroyForcibly();
        }
        assertEquals(0, child.exitValue(), Files.readString(folder.resolve("output")));
        assertEquals(note == null ? "" : note, Files.readString(file));
    }

    /** The host's own trial of this backend must not be under way while the survey is: a crash would count against libx264. */
    @Test
    void shouldHaveSurveyedBeforeATrialCanBegin() throws Exception {
        var go = new CountDownLatch(1);
        var surveyed = new AtomicBoolean();
        var provider = new FFmpegEncoderProvider(new Hardware(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            surveyed.set(true);
            return HardwareSurvey.NONE;
        }));
        provider.probe(host);
        var asked = new FutureTask<>(() -> provider.fingerprint() + surveyed.get());
        var trial = Thread.ofPlatform().start(asked);
        long deadline = System.nanoTime() + LONG * 1_000_000;
        while (trial.getState() != Thread.State.TIMED_WAITING && trial.isAlive() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        go.countDown();
        assertTrue(asked.get(LONG, TimeUnit.MILLISECONDS).endsWith("true"));
    }

    @Test
    void shouldVoidTheTrialsVerdictWhereGpusAreLeftAlone() {
        var usual = new FFmpegEncoderProvider(new Hardware(() -> HardwareSurvey.NONE));
        usual.probe(host);
        String fingerprint = usual.fingerprint();
        host.noted.put("ffmpeg/survey", "begun again " + fingerprint);
        var bitten = new FFmpegEncoderProvider(new Hardware(() -> {
            throw new AssertionError("tried once more");
        }));
        bitten.probe(host);
        assertEquals(fingerprint + ", GPUs left alone", bitten.fingerprint());
        assertEquals(List.of("libx264"), bitten.offers().stream().map(EncoderOffer::name).toList());
        assertTrue(bitten.verify(new Trial(host, List.of(new Trial.Size(1280, 720)), 0, 20)).passed());
    }

    @Test
    void shouldGoOnWithoutGpusIfTheSurveyFails() {
        var provider = new FFmpegEncoderProvider(new Hardware(() -> {
            throw new IllegalStateException("rehearsed");
        }));
        provider.probe(host);
        assertEquals(List.of("libx264"), provider.offers().stream().map(EncoderOffer::name).toList());
    }

    @Test
    void shouldSayThatAnEncoderIsGone() {
        var provider = new FFmpegEncoderProvider(new Hardware(() -> HardwareSurvey.NONE));
        provider.probe(host);
        var offer = new EncoderOffer("hevc_vaapi", VideoCodec.HEVC, 80, List.of(FrameKind.DMABUF, FrameKind.SYSTEM_MEMORY), 8,
                Chroma.YUV420, false);
        String message = assertThrows(BackendException.class, () -> provider.open(offer, EncoderTrial.settings(VideoCodec.HEVC,
                8))).getMessage();
        assertEquals("hevc_vaapi works on no GPU of this machine", message);
    }

    @Test
    void shouldCountRefusedEncodersAsSkippedInItsVerdict() {
        var provider = new FFmpegEncoderProvider(new Hardware(() -> new HardwareSurvey(List.of(), List.of(), Map.of(),
                List.of(new HardwareSurvey.Tried("h264_nvenc", false, "OpenEncodeSessionEx failed: unsupported device (2)")))));
        provider.probe(host);
        var verdict = provider.verify(new Trial(host, List.of(new Trial.Size(1280, 720)), 0, 20));
        assertTrue(verdict.passed(), verdict.toString());
        assertEquals(List.of(Verdict.Outcome.PASSED, Verdict.Outcome.SKIPPED), verdict.checks().stream().map(c ->
                c.outcome()).toList());
        assertEquals("OpenEncodeSessionEx failed: unsupported device (2)", verdict.checks().getLast().detail());
    }

    /** Wherever this runs, every interface either has an encoder or says why not. */
    @Test
    void shouldGiveAReasonForWhateverIsNotThere() {
        var survey = Surveyor.survey();
        for (String what : List.of("CUDA", "VAAPI", "Vulkan")) {
            assertTrue(survey.tried().stream().anyMatch(e -> e.name().startsWith(what) && !e.seen().isBlank()), what + ": "
                    + survey);
        }
        for (HardwareCodec codec : HardwareCodec.values()) {
            boolean there = survey.bitDepth(codec).isPresent();
            var said = survey.tried().stream().filter(e -> e.name().equals(codec.encoderName())).toList();
            assertFalse(there && said.isEmpty(), codec + ": " + survey);
            assertTrue(said.stream().allMatch(e -> e.seen().length() > 10), said.toString());
        }
    }
}
