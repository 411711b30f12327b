package lumen.plugin.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import lumen.rig.host.TestHost;
import lumen.spi.BackendException;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderOffer;
import lumen.spi.EncoderSettings;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.VideoCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FFmpegEncoderProviderTest {
    static HostContext host() {
        return new TestHost(Map.of());
    }

    @Test
    void shouldOpenX264InItsProbeAndSayWhatItFound() {
        var provider = new FFmpegEncoderProvider();
        var probe = assertInstanceOf(Probe.Available.class, provider.probe(new TestHost(Map.of())));
        Map<String, String> evidence = probe.evidence().stream()
                .collect(Collectors.toMap(e -> e.name(), e -> e.value()));
        assertEquals("libx264", evidence.get("encoder"));
        assertEquals("auto: superfast up to 60 million pixels/s, ultrafast above", evidence.get("preset"));
        assertTrue(evidence.get("FFmpeg").startsWith("8."), evidence.get("FFmpeg"));
        assertTrue(evidence.containsKey("colour conversion"));
        assertTrue(provider.offers().stream().map(o -> o.name()).toList().contains("libx264"));
    }

    @Test
    void shouldTakeThePresetFromTheHost() {
        var provider = new FFmpegEncoderProvider();
        provider.probe(new TestHost(Map.of("LUMEN_X264_PRESET", "ultrafast")));
        try (var encoder = provider.open(x264(provider), settings(VideoCodec.H264))) {
            assertEquals("libx264 ultrafast", encoder.description());
        }
    }

    @ParameterizedTest
    @CsvSource({"1280,720,60,superfast,1", "1920,1080,60,ultrafast,1", "1280,720,120,ultrafast,1",
        "1920,1080,120,ultrafast,2", "3840,2160,60,ultrafast,4"})
    void shouldChoosePresetAndThreadsByThePixelRate(int width, int height, int hertz, String preset, int threads) {
        var mode = DisplayMode.of(width, height, hertz);
        assertEquals(preset, X264Preset.resolve("auto", mode));
        assertEquals("veryfast", X264Preset.resolve("veryfast", mode));
        assertEquals(threads, X264Preset.threads(mode, 8));
        assertEquals(Math.min(2, threads), X264Preset.threads(mode, 2));
        var provider = new FFmpegEncoderProvider();
        provider.probe(new TestHost(Map.of()));
        try (var encoder = provider.open(x264(provider), new EncoderSettings(VideoCodec.H264, mode, 10_000, 1, 1,
                ColorInfo.DESKTOP))) {
            assertEquals("libx264 " + preset, encoder.description());
        }
    }

    @Test
    void shouldSayThatAPresetDoesNotExist() {
        var probe = new FFmpegEncoderProvider().probe(new TestHost(Map.of("LUMEN_X264_PRESET", "warp")));
        var unavailable = assertInstanceOf(Probe.Unavailable.class, probe);
        assertTrue(unavailable.reason().contains("warp"), unavailable.reason());
    }

    @Test
    void shouldRefuseACodecItDoesNotOffer() {
        assertThrows(BackendException.class, () -> new FFmpegEncoderProvider().open(x264(new FFmpegEncoderProvider()),
                settings(VideoCodec.HEVC)));
    }

    @Test
    void shouldCarryFFmpegsDebugLogOnlyWhenAsked() {
        List<LogRecord> records = new CopyOnWriteArrayList<>();
        var logger = Logger.getLogger("lumen.plugin.ffmpeg");
        var handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        handler.setLevel(Level.ALL);
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
        try {
            var provider = new FFmpegEncoderProvider();
            provider.probe(new TestHost(Map.of()));
            provider.open(x264(provider), settings(VideoCodec.H264)).close();
            assertEquals(List.of(), messages(records));
            provider.probe(new TestHost(Map.of("LUMEN_FFMPEG_DEBUG", "true")));
            assertTrue(messages(records).stream().anyMatch(m -> m.contains("using cpu capabilities")),
                    messages(records).toString());
            records.clear();
            provider.probe(new TestHost(Map.of("LUMEN_FFMPEG_DEBUG", "false")));
            assertEquals(List.of(), messages(records));
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
            logger.setLevel(null);
        }
    }

    private static List<String> messages(List<LogRecord> records) {
        var messages = new ArrayList<String>();
        records.forEach(r -> messages.add(r.getMessage()));
        return messages;
    }

    private static EncoderOffer x264(FFmpegEncoderProvider provider) {
        return provider.offers().stream().filter(o -> o.name().equals("libx264")).findFirst().orElseThrow();
    }

    private static EncoderSettings settings(VideoCodec codec) {
        return new EncoderSettings(codec, DisplayMode.of(128, 128, 60), 1000, 1, 1, ColorInfo.DESKTOP);
    }
}
