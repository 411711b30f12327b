package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import lumen.cuda.Cuda;
import lumen.cuda.CudaContext;
import lumen.cuda.CudaDevice;
import lumen.cuda.MemoryBudget;
import lumen.spi.ColorInfo;
import lumen.spi.FrameKind;
import lumen.spi.PixelFormat;
import lumen.spi.Probe;
import lumen.spi.Trial;
import lumen.spi.Verdict;
import lumen.spi.VideoCodec;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From CUDA memory to access units, and what is offered on a GPU with or without an encoder. Needs an NVIDIA GPU. */
@Tag("gpu")
class CudaEncodingGpuTest {
    private static final ColorInfo LIMITED_709 = new ColorInfo(ColorInfo.Matrix.BT709, false);

    private final CudaDevice device = Cuda.load().devices().getFirst();
    private CudaContext context;

    @BeforeEach
    void makeCurrent() {
        context = device.retain();
        context.makeCurrent();
    }

    @AfterEach
    void release() {
        context.close();
    }

    /** The same NV12 and the same encoder: the same stream, to the bit. */
    private List<byte[]> encode(boolean cuda, int width, int height) {
        var settings = CudaFeedGpuTest.settings(width, height, 8, LIMITED_709);
        var units = new ArrayList<byte[]>();
        try (var arena = Arena.ofConfined(); var encoder = X264.open(settings, "ultrafast",
                new CudaDownloadFeed(settings, VideoSignal.of(LIMITED_709)))) {
            var frame = new TestFrame(arena, PixelFormat.XRGB8888, width, height);
            try (var uploaded = new CudaFrame(device, frame)) {
                for (int i = 0; i < 20; i++) {
                    frame.draw(i);
                    uploaded.upload();
                    encoder.encode(cuda ? uploaded : frame, i == 7, (unit, idr) -> units.add(unit.toArray(ValueLayout.JAVA_BYTE)));
                }
            }
            encoder.repeat(false, (unit, idr) -> units.add(unit.toArray(ValueLayout.JAVA_BYTE)));
        }
        return units;
    }

    @Test
    void shouldEncodeTheSameStreamFromCudaMemoryAsFromMemory() {
        var expected = encode(false, 1280, 720);
        var actual = encode(true, 1280, 720);
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "access unit " + i);
        }
        try (var decoder = new Decoder()) {
            for (byte[] unit : actual) {
                assertEquals(1280, decoder.decode(unit).orElseThrow().width());
            }
        }
    }

    @Test
    void shouldDecodeOnTheGpuWhatItEncodedFromCudaMemory() {
        var units = encode(true, 1280, 720);
        var settings = CudaFeedGpuTest.settings(1280, 720, 8, LIMITED_709);
        var codec = avcodec.avcodec_find_decoder_by_name("h264_cuvid");
        var packet = avcodec.av_packet_alloc();
        int seen = 0;
        try (var session = new CudaSession(device, settings, MemoryBudget.unlimited());
             var shared = HardwareDevice.cuda(session.context().handle(), session.stream().handle());
             var decoder = new Decoder(); var frame = new FrameFields(); var back = new FrameFields()) {
            var decoded = new ArrayList<Decoder.Decoded>();
            units.forEach(u -> decoded.add(decoder.decode(u).orElseThrow()));
            var nvdec = avcodec.avcodec_alloc_context3(codec);
            nvdec.hw_device_ctx(avutil.av_buffer_ref(shared.reference()));
            nvdec.pkt_timebase(avutil.av_make_q(1, 60));
            FFmpegError.check(avcodec.avcodec_open2(nvdec, codec, (AVDictionary) null), "open h264_cuvid");
            for (int i = 0; i <= units.size(); i++) {
                if (i < units.size()) {
                    FFmpegError.check(avcodec.av_new_packet(packet, units.get(i).length), "allocate a packet");
                    packet.data().put(units.get(i));
                    FFmpegError.check(avcodec.avcodec_send_packet(nvdec, packet), "decode");
                    avcodec.av_packet_unref(packet);
                } else {
                    avcodec.avcodec_send_packet(nvdec, null);
                }
                while (avcodec.avcodec_receive_frame(nvdec, frame.frame) == 0) {
                    boolean surface = frame.frame.format() == avutil.AV_PIX_FMT_CUDA;
                    if (surface) {
                        FFmpegError.check(avutil.av_hwframe_transfer_data(back.frame, frame.frame, 0), "read a surface back");
                    }
                    assertSameLuma(decoded.get(seen), surface ? back : frame, seen);
                    back.unref();
                    seen++;
                }
            }
            avcodec.avcodec_free_context(nvdec);
        } finally {
            avcodec.av_packet_free(packet);
        }
        assertEquals(units.size(), seen);
    }

    private static void assertSameLuma(Decoder.Decoded expected, FrameFields actual, int index) {
        for (int y = 0; y < expected.height(); y++) {
            for (int x = 0; x < expected.width(); x++) {
                assertEquals(expected.y()[y * expected.width() + x], lumen.plugin.ffmpeg.color.Memory.ALL.get(ValueLayout.JAVA_BYTE,
                        actual.data(0) + (long) y * actual.linesize(0) + x), "frame " + index + " at " + x + "," + y);
            }
        }
    }

    /** On a card with an encoder it must encode; on one without, FFmpeg's refusal is the evidence and libx264 is left. */
    @Test
    void shouldOfferWhatOpensAndTellWhyTheRestDoesNot() {
        var provider = new FFmpegEncoderProvider(new Hardware(Surveyor::survey));
        assertInstanceOf(Probe.Available.class, provider.probe(FFmpegEncoderProviderTest.host()));
        var offers = provider.offers();
        var survey = Surveyor.survey();
        survey.tried().forEach(System.out::println);
        offers.forEach(o -> System.out.println(o));
        var x264 = offers.stream().filter(o -> o.name().equals("libx264")).findFirst().orElseThrow();
        assertEquals(List.of(FrameKind.CUDA_MEMORY, FrameKind.SYSTEM_MEMORY), x264.reads());
        var tried = survey.tried().stream().collect(Collectors.toMap(t -> t.name(), t -> t.seen(), (a, b) -> a));
        assertTrue(tried.get("CUDA conversion on " + device.name()).startsWith("every byte"), tried.toString());
        if (survey.bitDepth(HardwareCodec.H264_NVENC).isEmpty()) {
            assertTrue(tried.get("h264_nvenc").startsWith("OpenEncodeSessionEx failed"), tried.get("h264_nvenc"));
            assertEquals("libx264", offers.getFirst().name());
        } else {
            assertEquals("h264_nvenc", offers.getFirst().name());
        }
        try (var arena = Arena.ofConfined(); var encoder = provider.open(offers.getFirst(), CudaFeedGpuTest.settings(640, 360, 8, LIMITED_709));
             var frame = new CudaFrame(device, new TestFrame(arena, PixelFormat.XRGB8888, 640, 360).draw(0))) {
            var sizes = new ArrayList<Long>();
            encoder.encode(frame, false, (unit, idr) -> sizes.add(idr ? unit.byteSize() : -1));
            assertTrue(sizes.getFirst() > 100, sizes.toString());
        }
    }

    @Test
    void shouldNotAskForANewerDriverThanThisOne() {
        int newest = NvencDriver.newest().orElseThrow();
        assertTrue(newest >= NvencDriver.NEEDED, NvencDriver.describe());
        System.out.println("NVENC: " + NvencDriver.describe());
    }

    @Test
    void shouldTellWhatConversionsCost() {
        var provider = new FFmpegEncoderProvider(new Hardware(Surveyor::survey));
        var host = FFmpegEncoderProviderTest.host();
        provider.probe(host);
        var sizes = List.of(new Trial.Size(1280, 720), new Trial.Size(1920, 1080), new Trial.Size(3840, 2160), new Trial.Size(5120, 2880));
        Verdict verdict = provider.verify(new Trial(host, sizes, 180, 120));
        verdict.checks().forEach(c -> System.out.println(c.outcome() + " " + c.name() + ": " + c.detail() + c.timing()
                .map(t -> String.format("; wall median %.3f ms, p99 %.3f ms, CPU median %.3f ms", t.wall().medianNanos() / 1e6,
                        t.wall().p99Nanos() / 1e6, t.cpu().medianNanos() / 1e6)).orElse("")));
        assertTrue(verdict.passed(), verdict.failure().toString());
        assertEquals(8, verdict.checks().stream().filter(c -> c.timing().isPresent()).count());
        assertTrue(provider.fingerprint().contains("FFmpeg 8."), provider.fingerprint());
        assertEquals(VideoCodec.H264, provider.offers().getFirst().codec());
    }
}
