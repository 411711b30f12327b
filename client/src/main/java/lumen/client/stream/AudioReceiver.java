package lumen.client.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import lumen.client.media.OpusDecoder;
import lumen.client.media.WavWriter;
import lumen.client.report.AudioFigures;
import lumen.client.verify.ToneVerifier;
import lumen.core.audio.AudioDepacketizer;
import lumen.core.audio.AudioDrop;
import lumen.core.audio.AudioPacketSettings;
import lumen.core.audio.AudioSink;
import lumen.core.audio.OpusConfiguration;
import lumen.core.loss.LossModel;

/**
 * The thread that receives and decodes sound. It starts pinging before the handshake is over, as the host
 * expects. Figures may be read by any thread once it has ended.
 */
final class AudioReceiver implements MediaSocket.Receiver, AudioSink, AutoCloseable {
    /** Largest audio datagram that other clients take. */
    private static final int LONGEST_DATAGRAM = 1400;

    private final MediaSocket socket;
    private final AudioDepacketizer depacketizer;
    private final OpusDecoder decoder;
    private final Optional<WavWriter> wav;
    private final Optional<ToneVerifier> tone;
    private final Thread thread;
    private final double[] squares;
    private long frames;
    private long packets;
    private long undecodable;
    private volatile long firstNanos;
    private long nowNanos;

    /**
     * @param tone      compares with the test card's tone
     * @param onFailure told if the thread ends by an exception
     */
    AudioReceiver(InetSocketAddress host, String pingPayload, AudioPacketSettings settings,
                  OpusConfiguration configuration, LossModel loss, Optional<Path> dump, Optional<ToneVerifier> tone,
                  Consumer<Throwable> onFailure) throws IOException {
        this.tone = tone;
        socket = new MediaSocket(host, pingPayload, LONGEST_DATAGRAM, loss);
        depacketizer = new AudioDepacketizer(settings, this);
        decoder = new OpusDecoder(configuration, settings.packetMillis());
        squares = new double[configuration.channels()];
        wav = dump.isEmpty() ? Optional.empty()
                : Optional.of(new WavWriter(dump.get(), configuration.channels(), OpusConfiguration.SAMPLE_RATE));
        thread = Thread.ofPlatform().name("lumen-client-audio").unstarted(() -> {
            try {
                socket.run(this);
            } catch (IOException | RuntimeException e) {
                onFailure.accept(e);
            }
        });
    }

    /** The host's port. */
    int port() {
        return socket.port();
    }

    void start() {
        thread.start();
    }

    @Override
    public void datagram(MemorySegment memory, int length, long now) {
        nowNanos = now;
        depacketizer.accept(memory, 0, length, now);
    }

    @Override
    public void idle(long now) {
        nowNanos = now;
        depacketizer.poll(now);
    }

    @Override
    public void packet(MemorySegment opus, int sequence, int timestampMillis) {
        if (firstNanos == 0) {
            firstNanos = nowNanos;
        }
        int decoded = decoder.decode(opus);
        if (decoded < 0) {
            undecodable++;
            return;
        }
        packets++;
        heard(decoded, false);
    }

    @Override
    public void lost(int sequence) {
        int made = decoder.conceal();
        if (made > 0) {
            heard(made, true);
        }
    }

    private void heard(int count, boolean concealed) {
        float[] samples = decoder.samples();
        int channels = squares.length;
        if (!concealed) {
            for (int i = 0; i < count * channels; i++) {
                squares[i % channels] += (double) samples[i] * samples[i];
            }
            frames += count;
        }
        tone.ifPresent(t -> t.samples(samples, count, channels, concealed));
        if (wav.isPresent()) {
            try {
                wav.get().write(samples, count);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Stops receiving; waits for the thread. */
    void stop() throws InterruptedException {
        socket.stop();
        if (thread.getState() != Thread.State.NEW) {
            thread.join();
        }
    }

    /** When the first packet was handed on; 0 if none has been. Any thread. */
    long firstPacketNanos() {
        return firstNanos;
    }

    /** Packets that Opus refused. */
    long undecodable() {
        return undecodable;
    }

    AudioFigures figures() {
        List<Double> rms = new ArrayList<>();
        for (double s : squares) {
            rms.add(frames == 0 ? 0 : Math.round(Math.sqrt(s / frames) * 1e6) / 1e6);
        }
        Map<String, Long> dropped = depacketizer.counters().report();
        dropped.remove("recovered");
        return new AudioFigures(packets, socket.received(), socket.dropped(),
                depacketizer.counters().get(AudioDrop.RECOVERED), depacketizer.counters().get(AudioDrop.LOST), rms,
                tone.map(ToneVerifier::unexplained).orElse(0L), tone.map(ToneVerifier::explained).orElse(0L),
                tone.map(ToneVerifier::frequencyError).orElse(0.0), tone.map(ToneVerifier::phaseError).orElse(0.0),
                dropped);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        depacketizer.close();
        decoder.close();
        if (wav.isPresent()) {
            wav.get().close();
        }
    }
}
