package lumen.bench;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import lumen.plugin.ffmpeg.FFmpegEncoderProvider;
import lumen.plugin.ffmpeg.color.Nv12Converter;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.Encoder;
import lumen.spi.EncoderSettings;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.Notes;
import lumen.spi.Probe;
import lumen.spi.VideoCodec;

/**
 * What conversion and encoding cost by preset and picture, and what the rate control makes of the bitrate.
 * One thread, one slice. The thread's own CPU time is counted, so that a busy machine changes little.
 */
final class EncoderFigures {
    private static final int PICTURES = 24;
    private static final int WARM = 60;
    private static final int FRAMES = 240;

    /** An encoder's view of the host: nothing but the preset. */
    private record Host(Map<String, String> variables) implements HostContext {
        @Override
        public Optional<String> variable(String name) {
            return Optional.ofNullable(variables.get(name));
        }

        @Override
        public Path runtimeDirectory() {
            throw new UnsupportedOperationException("the encoder needs no folder");
        }

        @Override
        public Journal journal() {
            throw new UnsupportedOperationException("the encoder changes nothing outside");
        }

        @Override
        public Notes notes() {
            throw new UnsupportedOperationException("the encoder remembers nothing");
        }
    }

    private EncoderFigures() {
    }

    static void print() throws InterruptedException {
        Nv12Converter.warm();
        Nv12Converter.awaitWarm();
        System.out.printf("%-10s %-9s %-10s %8s %8s %8s %8s %11s %11s%n", "mode", "picture", "preset", "p50 ms", "p95 ms",
                "p99 ms", "spent %", "IDR, shares", "max, shares");
        for (var mode : new DisplayMode[] {DisplayMode.of(1280, 720, 60), DisplayMode.of(1280, 720, 120),
            DisplayMode.of(1920, 1080, 60)}) {
            for (Scene scene : Scene.values()) {
                for (String preset : new String[] {"ultrafast", "superfast"}) {
                    measure(mode, mode.width() == 1280 ? 10_000 : 20_000, scene, preset);
                }
            }
        }
    }

    private static void measure(DisplayMode mode, int kbps, Scene scene, String preset) {
        var provider = new FFmpegEncoderProvider();
        if (provider.probe(new Host(Map.of("LUMEN_X264_PRESET", preset))) instanceof Probe.Unavailable no) {
            throw new IllegalStateException(no.reason());
        }
        var settings = new EncoderSettings(VideoCodec.H264, mode, kbps, 1, 1, ColorInfo.DESKTOP);
        var threads = ManagementFactory.getThreadMXBean();
        var nanos = new long[FRAMES];
        var bytes = new int[FRAMES];
        try (Arena arena = Arena.ofConfined(); Encoder encoder = provider.open(provider.offers().getFirst(), settings)) {
            Scene.Frame[] frames = scene.draw(arena, mode.width(), mode.height(), PICTURES);
            for (int i = 0; i < FRAMES; i++) {
                int at = i;
                long start = threads.getCurrentThreadCpuTime();
                encoder.encode(frames[i % frames.length], i == FRAMES / 2, (data, idr) -> bytes[at] = (int) data.byteSize());
                nanos[i] = threads.getCurrentThreadCpuTime() - start;
            }
        }
        double share = kbps * 1_000_000.0 / 8 / mode.refreshMilliHz();
        long[] sorted = Arrays.copyOfRange(nanos, WARM, FRAMES);
        Arrays.sort(sorted);
        double spent = Arrays.stream(bytes, WARM, FRAMES).sum() / share / (FRAMES - WARM);
        System.out.printf(Locale.ROOT, "%-10s %-9s %-10s %8.1f %8.1f %8.1f %8.1f %11.2f %11.2f%n",
                mode.height() + "p" + mode.refreshMilliHz() / 1000, scene.name().toLowerCase(Locale.ROOT), preset,
                sorted[sorted.length / 2] / 1e6, sorted[sorted.length * 95 / 100] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6, 100 * spent, Math.max(bytes[0], bytes[FRAMES / 2]) / share,
                Arrays.stream(bytes).max().orElseThrow() / share);
    }
}
