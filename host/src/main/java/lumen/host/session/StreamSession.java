package lumen.host.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import lumen.core.audio.AudioPacketSettings;
import lumen.core.audio.OpusConfiguration;
import lumen.core.control.ControlCipher;
import lumen.core.control.ControlMessage;
import lumen.core.control.FrameFecStatus;
import lumen.core.control.HdrMetadata;
import lumen.core.input.InputEvent;
import lumen.core.sdp.ColorChoice;
import lumen.core.sdp.StreamConfig;
import lumen.core.session.LaunchTicket;
import lumen.core.video.VideoPacketSettings;
import lumen.host.config.Settings;
import lumen.host.control.ControlConnection;
import lumen.host.control.ControlListener;
import lumen.host.control.ControlServer;
import lumen.host.control.ControlTicket;
import lumen.host.control.DisconnectReason;
import lumen.host.input.InputRouter;
import lumen.host.input.ReplaceableSink;
import lumen.host.media.AudioStream;
import lumen.host.media.AudioStreamSettings;
import lumen.host.media.MediaRoute;
import lumen.host.media.SilentSource;
import lumen.host.media.StreamEnd;
import lumen.host.media.RehearsedFault;
import lumen.host.media.StreamStatistics;
import lumen.host.media.VideoStream;
import lumen.host.media.VideoStreamListener;
import lumen.host.media.VideoStreamSettings;
import lumen.host.plugin.Selection;
import lumen.spi.AudioFormat;
import lumen.spi.AudioSource;
import lumen.spi.BackendException;
import lumen.spi.Chroma;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.EncoderSettings;
import lumen.spi.InputSink;
import lumen.spi.VideoCodec;
import lumen.spi.VirtualDisplay;

/**
 * One stream: video, sound, control and input between a client and its seat, from ANNOUNCE until either
 * side ends it. Closes its parts in the reverse order of their opening.
 */
final class StreamSession implements AutoCloseable {
    private static final Logger LOG = System.getLogger(StreamSession.class.getName());
    /** Clients show codes they don't know in hex; this one is E_FAIL. */
    private static final int FAILURE = 0x80004005;

    private final String name;
    private final StreamServers servers;
    private final BiConsumer<StreamSession, String> onEnd;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final long startNanos = System.nanoTime();
    private volatile long lastHeardNanos = System.nanoTime();
    private volatile Optional<ControlConnection> connection = Optional.empty();
    private Optional<InputRouter> input = Optional.empty();
    private ControlServer.Registration registration;
    private VideoStream video;
    private AudioSource source;
    private AudioStream audio;

    private StreamSession(String name, StreamServers servers, BiConsumer<StreamSession, String> onEnd) {
        this.name = name;
        this.servers = servers;
        this.onEnd = onEnd;
    }

    /** Where a launch's media go, registered when the launch is made, because pings come before ANNOUNCE. */
    record Routes(MediaRoute video, MediaRoute audio) {
    }

    /**
     * Sets up everything; frames flow as soon as the client pings.
     *
     * @param onEnd called once, on some thread that must not be held up, when the stream ends by itself
     * @throws BackendException if a needed backend refuses; nothing is left then
     */
    static StreamSession open(String name, Seat seat, LaunchTicket ticket, Routes routes, StreamConfig config, Selection selection,
                              Settings settings, StreamServers servers, BiConsumer<StreamSession, String> onEnd) {
        StreamSession session = new StreamSession(name, servers, onEnd);
        try {
            session.openInput(seat, selection);
            session.openAudio(seat, ticket, routes, config, selection, settings);
            session.openVideo(seat, ticket, routes, config, selection, settings);
            // Last, since its messages reach all other parts.
            session.openControl(ticket, config);
            return session;
        } catch (RuntimeException e) {
            session.ended.set(true);
            session.close();
            throw e;
        }
    }

    private void openInput(Seat seat, Selection selection) {
        ReplaceableSink sink = new ReplaceableSink(inputSink(seat.current(), selection));
        parts.add(sink::close);
        InputRouter router = new InputRouter(sink, name);
        parts.add(router);
        input = Optional.of(router);
        Consumer<VirtualDisplay> onReplaced = display -> sink.replace(inputSink(display, selection));
        seat.onReplaced(onReplaced);
        parts.add(() -> seat.removeListener(onReplaced));
    }

    /** A client that can only watch is better off than one that can't stream: what goes wrong here is only logged. */
    private Optional<InputSink> inputSink(VirtualDisplay display, Selection selection) {
        try {
            Optional<InputSink> sink = display.input()
                    .flatMap(route -> selection.input(route).map(provider -> provider.open(route, display.mode())));
            if (sink.isEmpty()) {
                LOG.log(Level.WARNING, "{0}: no input backend reaches this display; the client can only watch", name);
            }
            return sink;
        } catch (BackendException e) {
            LOG.log(Level.WARNING, "{0}: no input, the client can only watch: {1}", name, e.getMessage());
            return Optional.empty();
        }
    }

    private void openControl(LaunchTicket ticket, StreamConfig config) {
        registration = servers.control().register(new ControlTicket(name,
                config.sessionIds() ? OptionalInt.of(ticket.connectData()) : OptionalInt.empty(), ticket.clientAddress(), ticket.key(),
                config.controlV2() ? ControlCipher.Version.V2 : ControlCipher.Version.V1, ControlTicket.USUAL_PATIENCE), new Control());
        parts.add(registration);
    }

    private void openAudio(Seat seat, LaunchTicket ticket, Routes routes, StreamConfig config, Selection selection, Settings settings) {
        AudioFormat format = new AudioFormat(config.audio().channels());
        source = audioSource(seat, format, selection);
        parts.add(source::close);
        AudioPacketSettings packets = new AudioPacketSettings(config.audio().packetDurationMillis(),
                config.audioEncrypted() ? ticket.key() : null, ticket.rikeyId());
        audio = new AudioStream(new AudioStreamSettings(name, OpusConfiguration.of(format.channels(), config.audio().highQuality()),
                packets, (float) settings.decimal("audio.gain")), source, servers.audio(), routes.audio());
        parts.add(audio);
        audio.start();
    }

    /** Silence is better than no stream: what goes wrong here is only logged. */
    private AudioSource audioSource(Seat seat, AudioFormat format, Selection selection) {
        VirtualDisplay display = seat.current();
        try {
            Optional<AudioSource> found = selection.audio(display).map(provider -> provider.open(format, display,
                    seat.sink().filter(s -> s.provider() == provider).map(SeatSink::sink)));
            if (found.isPresent()) {
                return found.get();
            }
            LOG.log(Level.INFO, "{0}: no sound backend records this display; sending silence", name);
        } catch (BackendException e) {
            LOG.log(Level.WARNING, "{0}: no sound, sending silence: {1}", name, e.getMessage());
        }
        return new SilentSource();
    }

    private void openVideo(Seat seat, LaunchTicket ticket, Routes routes, StreamConfig config, Selection selection,
                           Settings settings) {
        StreamConfig.Video wanted = config.video();
        int fec = settings.whole("video.fec-percentage");
        int limit = settings.whole("video.max-bitrate-kbps");
        int bitrate = Math.max(1, config.encoderKbps(fec));
        EncoderSettings encoder = new EncoderSettings(VideoCodec.valueOf(wanted.codec().name()), mode(config),
                limit > 0 ? Math.min(limit, bitrate) : bitrate, wanted.slicesPerFrame(), wanted.maxReferenceFrames(),
                color(ColorChoice.of(wanted.cscMode(), wanted.tenBit(), false)), 8, Chroma.YUV420, seat.current().renderDevice());
        VideoPacketSettings packets = new VideoPacketSettings(wanted.packetSize(), fec, wanted.minRequiredFecPackets(),
                config.videoEncrypted() ? ticket.key() : null);
        VideoStreamSettings stream = new VideoStreamSettings(name, encoder, packets, settings.decimal("video.pacing-window"),
                VideoStreamSettings.DEFAULT_PING_TIMEOUT_NANOS, VideoStreamSettings.DEFAULT_IDR_INTERVAL_NANOS,
                RehearsedFault.parse(settings.text("video.import-faults")));
        selection.settle();
        video = new VideoStream(stream, seat, selection::capturers, selection.importers(),
                selection.encoders(encoder.renderDevice()), servers.video(), routes.video(), new Video());
        parts.add(video);
        video.start();
        LOG.log(Level.INFO, "{0}: {1} {2}, {3} kbit/s, packets of {4} bytes{5}", name, encoder.codec(), encoder.mode(),
                Integer.toString(encoder.bitrateKbps()), Integer.toString(packets.packetSize()),
                packets.key() == null ? "" : ", encrypted");
    }

    /** The mode the client wants to see. */
    static DisplayMode mode(StreamConfig config) {
        return new DisplayMode(config.video().width(), config.video().height(), config.video().refreshMilliHertz());
    }

    private static ColorInfo color(ColorChoice choice) {
        return new ColorInfo(switch (choice.matrix()) {
            case REC_601 -> ColorInfo.Matrix.BT601;
            case REC_709 -> ColorInfo.Matrix.BT709;
            case REC_2020 -> ColorInfo.Matrix.BT2020;
        }, choice.fullRange());
    }

    String name() {
        return name;
    }

    /** The client has connected its control stream: the launch has been followed up. */
    boolean connected() {
        return connection.isPresent();
    }

    /** When the client was last heard on its control stream. */
    long lastHeardNanos() {
        return lastHeardNanos;
    }

    /** Ends the stream from this side, telling the client first, and closes it. */
    void end(int terminationCode) {
        ended.set(true);
        connection.ifPresent(c -> c.disconnect(terminationCode));
        close();
    }

    private void endedByItself(String why) {
        if (ended.compareAndSet(false, true)) {
            onEnd.accept(this, why);
        }
    }

    /** Live figures for people and tools. */
    Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("session", name);
        report.put("seconds", (System.nanoTime() - startNanos) / 1_000_000_000L);
        report.put("encoder", video.encoderDescription());
        connection.ifPresent(c -> {
            report.put("client", c.remoteAddress().getAddress().getHostAddress());
            report.put("round-trip-ms", c.statistics().roundTripMillis());
        });
        report.put("importer", video.importerDescription());
        report.put("importer-events", video.importerCounters());
        report.put("capture", video.captureState());
        report.put("capture-events", video.captureCounters());
        report.put("frames", video.statistics().counters().report());
        Map<String, Object> stages = new LinkedHashMap<>();
        for (StreamStatistics.Stage stage : StreamStatistics.Stage.values()) {
            var histogram = video.statistics().stage(stage);
            stages.put(stage.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), Map.of(
                    "p50", histogram.percentile(0.50) / 1000, "p95", histogram.percentile(0.95) / 1000,
                    "p99", histogram.percentile(0.99) / 1000, "count", histogram.count()));
        }
        report.put("stages-us", stages);
        report.put("audio", audio.counters().report());
        report.put("audio-source", source.state());
        report.put("audio-source-events", source.counters());
        report.put("control-drops", registration.drops());
        input.ifPresent(i -> report.put("input-drops", i.counters()));
        return report;
    }

    /** Idempotent; waits for the session's threads. */
    @Override
    public void close() {
        for (AutoCloseable part : parts.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(Level.ERROR, name + ": a part could not be closed", e);
            }
        }
        parts.clear();
    }

    /** Control thread: nothing here may block. */
    private final class Control implements ControlListener {
        @Override
        public void connected(ControlConnection connected) {
            connection = Optional.of(connected);
            connected.sendHdrMode(false, HdrMetadata.NONE);
            LOG.log(Level.INFO, "{0}: control connected from {1}", name, connected.remoteAddress());
        }

        @Override
        public void idrRequested() {
            video.requestIdr();
        }

        @Override
        public void referencesInvalid(long first, long last) {
            video.invalidate((int) first, (int) last);
        }

        @Override
        public void input(InputEvent event) {
            input.ifPresent(i -> i.accept(event));
        }

        @Override
        public void frameFecStatus(FrameFecStatus status) {
            // Counted by the control stream; parity does not adapt to it yet.
        }

        @Override
        public void clientAlive(long nowNanos) {
            lastHeardNanos = nowNanos;
        }

        @Override
        public void disconnected(DisconnectReason reason) {
            endedByItself(switch (reason) {
                case CLIENT_QUIT -> "the client left";
                case TIMEOUT -> "the client fell silent";
                case NEVER_CONNECTED -> "the client never connected its control stream";
                case PROTOCOL_ERROR -> "the client broke the protocol";
                case HOST -> "ended by the host";
            });
        }
    }

    /** Media threads: nothing here may block. */
    private final class Video implements VideoStreamListener {
        @Override
        public void firstFrameSent(long nanosAfterStart) {
            LOG.log(Level.INFO, "{0}: first frame sent {1} ms after ANNOUNCE", name, Long.toString(nanosAfterStart / 1_000_000));
        }

        @Override
        public void ended(StreamEnd reason, String message) {
            connection.ifPresent(c -> c.sendTermination(
                    reason == StreamEnd.NO_ENCODER ? ControlMessage.Termination.FRAME_CONVERSION : FAILURE));
            endedByItself(message);
        }
    }
}
