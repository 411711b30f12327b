package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import lumen.spi.BackendException;
import lumen.spi.EncoderSettings;
import lumen.spi.ImportedFrame;
import lumen.spi.PixelFormat;
import lumen.spi.VideoCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;

class EncoderTrialTest {

    @Test
    void shouldPassAnEncoderThatWorks() {
        String seen = EncoderTrial.run(VideoCodec.H264, 8, settings -> X264.open(settings, "superfast"));
        assertTrue(seen.startsWith("opened at 256x144, 8 bits; luma within "), seen);
    }

    /** Hands on another picture than it is given. */
    private record Wrong(SoftwareFeed feed, TestFrame other) implements FrameFeed {
        @Override
        public void take(ImportedFrame frame) {
            feed.take(other);
        }

        @Override
        public FrameFields picture() {
            return feed.picture();
        }

        @Override
        public void close() {
            feed.close();
        }
    }

    @Test
    void shouldFailAnEncoderThatEncodesAnotherPicture() {
        try (var arena = Arena.ofConfined()) {
            var mirrored = new TestFrame(arena, PixelFormat.XBGR8888, EncoderTrial.WIDTH, EncoderTrial.HEIGHT).draw(5);
            String message = assertThrows(BackendException.class, () -> EncoderTrial.run(VideoCodec.H264, 8, settings ->
                    X264.open(settings,
                    "superfast", new Wrong(new SoftwareFeed(settings, VideoSignal.of(settings.color())),
                            mirrored)))).getMessage();
            assertTrue(message.contains("encodes another picture"), message);
        }
    }

    @Test
    void shouldPassOnWhatFFmpegSaysOfAnEncoderThatDoesNotOpen() {
        FFmpegLog.install(false);
        EncoderSettings settings = EncoderTrial.settings(VideoCodec.H264, 8);
        String message = assertThrows(BackendException.class, () -> CodecContext.open("libx264", settings,
                VideoSignal.of(settings.color()),
                EncoderTrialTest::withoutPixels, java.util.Map.of())).getMessage();
        assertTrue(message.startsWith("libx264: ") && message.contains("pixel format"), message);
        assertEquals("this build of FFmpeg has no h264_nothing", assertThrows(BackendException.class,
                () -> CodecContext.open("h264_nothing", settings, VideoSignal.of(settings.color()), c -> { },
                        java.util.Map.of())).getMessage());
    }

    private static void withoutPixels(AVCodecContext context) {
        context.pix_fmt(org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_CUDA);
    }

    /**
     * The natives decide which driver NVENC needs: API 13.0 came with driver 570, and 13.1 would ask for 610. The text
     * is in FFmpeg's own message about drivers that are too old.
     */
    @Test
    void shouldNotShipAnFFmpegThatAsksForANewerDriverThanUsersHave() throws Exception {
        Loader.load(org.bytedeco.ffmpeg.global.avcodec.class);
        Path folder = Path.of(Loader.load(org.bytedeco.ffmpeg.global.avcodec.class)).getParent();
        try (var files = Files.list(folder)) {
            Path library = files.filter(f -> f.getFileName().toString().startsWith("libavcodec.so")).findFirst().orElseThrow();
            String text = Files.readString(library, StandardCharsets.ISO_8859_1);
            assertTrue(text.contains("\000570.0\000"), "the driver that " + library.getFileName() + " asks for has changed");
        }
        assertEquals(13 << 4, NvencDriver.NEEDED);
    }
}
