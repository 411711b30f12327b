package lumen.host.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lumen.host.plugin.EncoderChoice;
import lumen.host.plugin.RunningHost;
import lumen.host.plugin.Selection;
import lumen.host.record.Recording;
import lumen.spi.Chroma;
import lumen.spi.ColorInfo;
import lumen.spi.CapturerProvider;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.EncoderSettings;
import lumen.spi.VideoCodec;
import lumen.spi.VirtualDisplay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lumen record FILE}: the frame path without a client, to see whether a display can be captured. */
@Command(name = "record", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Record a virtual display to a playable H.264 file.")
final class RecordCommand implements Callable<Integer> {
    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");

    @Mixin
    private Bootstrap bootstrap;

    @Parameters(paramLabel = "FILE", description = "Written anew; players want the ending .h264.")
    private Path file;

    @Option(names = "--size", paramLabel = "WxH", defaultValue = "1280x720", description = "Pixels. Default: ${DEFAULT-VALUE}.")
    private String size;

    @Option(names = "--fps", defaultValue = "60", description = "Frames a second. Default: ${DEFAULT-VALUE}.")
    private int fps;

    @Option(names = "--seconds", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--bitrate", paramLabel = "KBPS", defaultValue = "10000", description = "1000 bit/s. Default: ${DEFAULT-VALUE}.")
    private int bitrate;

    private static CapturerProvider capturer(Selection selection, VirtualDisplay display) {
        return selection.capturers(display.source()).stream().findFirst()
                .orElseThrow(() -> new CommandFailure("no capture backend takes this display"));
    }

    @Override
    public Integer call() throws IOException {
        Matcher wanted = SIZE.matcher(size);
        if (!wanted.matches() || fps < 1 || fps > 1000 || seconds < 1 || seconds > 3600 || bitrate < 1) {
            throw new CommandFailure("record takes --size WxH, --fps 1 to 1000, --seconds 1 to 3600 and a positive --bitrate");
        }
        bootstrap.settings();
        DisplayMode mode = DisplayMode.of(Integer.parseInt(wanted.group(1)), Integer.parseInt(wanted.group(2)), fps);
        try (ScratchState scratch = ScratchState.create()) {
            record(mode, scratch.context(bootstrap));
        }
        return 0;
    }

    private Recording recording(Selection selection, VirtualDisplay display, FileChannel out) {
        EncoderSettings settings = new EncoderSettings(VideoCodec.H264, display.mode(), bitrate, 1, 0,
                new ColorInfo(ColorInfo.Matrix.BT709, false), 8, Chroma.YUV420, display.renderDevice());
        EncoderChoice encoder = selection.encoders(display.renderDevice()).stream()
                .filter(c -> c.offer().meets(settings)).findFirst()
                .orElseThrow(() -> new CommandFailure("no encoder here makes H.264"));
        return new Recording(display, capturer(selection, display), selection.importers(), encoder, settings, out);
    }

    private void record(DisplayMode mode, RunningHost context) throws IOException {
        Selection selection = bootstrap.selection(context);
        selection.settle();
        try (VirtualDisplay display = selection.createDisplay(DisplayRequest.of(mode, "record"), context, (provider, e) ->
                        System.err.println("lumen: no display from " + provider.id() + ": " + e.getMessage())).display();
                FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
                Recording recording = recording(selection, display, out)) {
            int frames = seconds * fps;
            long bytes = recording.record(frames);
            System.out.printf(Locale.ROOT, "%s: %d frames of %s by %s, %d bytes; each frame survived the way to a client%n",
                    file, frames, display.mode(), recording.encoder(), bytes);
        }
    }
}
