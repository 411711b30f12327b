package lumen.client.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lumen.client.ClientException;
import lumen.client.Encryption;
import lumen.client.InputScript;
import lumen.client.StreamOptions;
import lumen.client.StreamingClient;
import lumen.client.report.ReportTable;
import lumen.client.report.StreamReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code client stream}: streams, measures, verifies, and says what it found. */
@Command(name = "stream", description = "Streams from a host, without a display.", mixinStandardHelpOptions = true,
        sortOptions = false, showDefaultValues = true)
final class StreamCommand implements Callable<Integer> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

    @ParentCommand
    private ClientCommand client;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HostParameter host;

    @Option(names = "--app", paramLabel = "NAME", description = "title of the application; the first if none is given")
    private String app = "";

    @Option(names = "--size", paramLabel = "WxH", description = "size of the picture in pixels")
    private String size = "1280x720";

    @Option(names = "--fps", paramLabel = "N", description = "frames a second")
    private int fps = 60;

    @Option(names = "--bitrate", paramLabel = "KBPS", description = "kbit/s")
    private int bitrate = 10_000;

    @Option(names = "--seconds", paramLabel = "N", description = "how long each cycle streams")
    private double seconds = 10;

    @Option(names = "--encryption", paramLabel = "none|audio|video|all", description = "which media streams to encrypt")
    private Encryption encryption = Encryption.NONE;

    @Option(names = "--packet-size", paramLabel = "N", description = "video packet size, rounded down to a multiple of 16")
    private int packetSize = StreamOptions.DEFAULT_PACKET_SIZE;

    @Option(names = "--slices", paramLabel = "N", description = "slices a frame")
    private int slices = 1;

    @Option(names = "--cycles", paramLabel = "N", description = "connect so often; all but the first resume")
    private int cycles = 1;

    @Option(names = "--input", paramLabel = "FILE|none", description = "lines of: MS move DX DY | pos X Y W H"
            + " | btn N down|up | key VK down|up | text STRING | scroll N | hscroll N | idr")
    private String input = "none";

    @Option(names = "--verify", description = "compare pictures and sound with the test card's")
    private boolean verify;

    @Option(names = "--silent", description = "leave the sound out of --verify")
    private boolean silent;

    @Option(names = "--settle", paramLabel = "SECONDS", description = "pictures may show something else than a card so long,"
            + " at the beginning; --seconds and the input's times count from the first card")
    private double settle;

    @Option(names = "--expect-min-frames", paramLabel = "N", description = "fewer frames a cycle are a failure")
    private int expectMinFrames = 1;

    @Option(names = "--max-skipped", paramLabel = "SHARE", description = "share of cards the host may leave out, 0 to 1")
    private double maxSkipped = StreamOptions.DEFAULT_MAX_SKIPPED;

    @Option(names = "--loss", paramLabel = "RATE", description = "drop this share of received media datagrams, 0 to 1")
    private double loss;

    @Option(names = "--loss-seed", paramLabel = "N", description = "the same seed drops the same datagrams")
    private long lossSeed = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "write the report there")
    private Path json;

    @Option(names = "--dump-picture", paramLabel = "FILE.png", description = "write the last picture")
    private Path dumpPicture;

    @Option(names = "--dump-video", paramLabel = "FILE.h264", description = "write all access units")
    private Path dumpVideo;

    @Option(names = "--dump-audio", paramLabel = "FILE.wav", description = "write all sound")
    private Path dumpAudio;

    @Option(names = "--quiet", description = "no table")
    private boolean quiet;

    @Override
    public Integer call() {
        StreamOptions options = options();
        try (StreamingClient streaming = client.connect(host.address())) {
            StreamReport report = streaming.stream(options);
            if (json != null) {
                write(report);
            }
            if (!quiet) {
                client.out().print(ReportTable.of(report));
                client.out().flush();
            }
            return report.passed() ? 0 : ClientCommand.FAILED_VERIFICATION;
        }
    }

    private StreamOptions options() {
        Matcher wh = SIZE.matcher(size);
        if (!wh.matches()) {
            throw new ParameterException(spec.commandLine(), "--size '" + size + "', allowed: WIDTHxHEIGHT");
        }
        try {
            return StreamOptions.builder().app(app)
                    .size(Integer.parseInt(wh.group(1)), Integer.parseInt(wh.group(2)))
                    .fps(fps).bitrateKbps(bitrate).duration(Duration.ofMillis(Math.round(seconds * 1000)))
                    .encryption(encryption).packetSize(packetSize).slices(slices).cycles(cycles)
                    .input(input.equals("none") ? List.of() : InputScript.read(Path.of(input)))
                    .verify(verify).silent(silent).settling(Duration.ofMillis(Math.round(settle * 1000)))
                    .expectMinFrames(expectMinFrames).maxSkipped(maxSkipped).loss(loss, lossSeed)
                    .dumpPicture(dumpPicture).dumpVideo(dumpVideo).dumpAudio(dumpAudio).build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void write(StreamReport report) {
        try {
            report.write(json);
        } catch (IOException e) {
            throw new ClientException("report", "can't write " + json + ": " + e, e);
        }
    }
}
