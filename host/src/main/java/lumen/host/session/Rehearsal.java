package lumen.host.session;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lumen.core.audio.AudioPacketSettings;
import lumen.core.audio.OpusConfiguration;
import lumen.core.fec.FecKernels;
import lumen.core.video.VideoPacketSettings;
import lumen.host.media.AudioStream;
import lumen.host.media.AudioStreamSettings;
import lumen.host.media.MediaRoute;
import lumen.host.media.MediaSocket;
import lumen.host.media.SilentSource;
import lumen.host.media.StreamDisplay;
import lumen.host.media.StreamEnd;
import lumen.host.media.StreamStatistics;
import lumen.host.media.VideoStream;
import lumen.host.media.VideoStreamListener;
import lumen.host.media.VideoStreamSettings;
import lumen.host.plugin.Selection;
import lumen.spi.BackendException;
import lumen.spi.ColorInfo;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.EncoderSettings;
import lumen.spi.HostContext;
import lumen.spi.VideoCodec;
import lumen.spi.VirtualDisplay;
import lumen.spi.VirtualDisplayProvider;

/**
 * Streams some frames of the test card to nobody right after the start, so that the first client meets
 * loaded classes and compiled code. Measured: the first frame of the first launch came after 430 to 1900 ms
 * without it. Whatever goes wrong here is of no consequence.
 */
public final class Rehearsal implements Runnable {
    private static final Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final DisplayMode MODE = DisplayMode.of(640, 360, 120);
    private static final int FRAMES = 240;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final String PING = "rehearsal-of-all";

    private final Selection selection;
    private final HostContext host;

    public Rehearsal(Selection selection, HostContext host) {
        this.selection = selection;
        this.host = host;
    }

    @Override
    public void run() {
        long start = System.nanoTime();
        // Vector kernels take longest; scalar ones answer meanwhile.
        FecKernels.shared().warmUp();
        Optional<VirtualDisplayProvider> card = selection.testcard();
        if (card.isEmpty()) {
            return;
        }
        try (VirtualDisplay display = card.get().create(DisplayRequest.of(MODE, "rehearsal"), host)) {
            long frames = stream(display);
            LOG.log(Level.DEBUG, "rehearsed {0} frames in {1} ms", Long.toString(frames),
                    Long.toString((System.nanoTime() - start) / 1_000_000));
        } catch (BackendException | IOException | IllegalStateException e) {
            LOG.log(Level.DEBUG, "the rehearsal failed: {0}", e.toString());
        }
    }

    private long stream(VirtualDisplay display) throws IOException {
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        byte[] key = new byte[16];
        byte[] ping = PING.getBytes(StandardCharsets.US_ASCII);
        try (MediaSocket videoSocket = new MediaSocket(MediaSocket.Kind.VIDEO, anywhere, false);
                MediaSocket audioSocket = new MediaSocket(MediaSocket.Kind.AUDIO, anywhere, false);
                DatagramSocket client = new DatagramSocket(anywhere)) {
            MediaRoute videoRoute = videoSocket.register(ping, null);
            MediaRoute audioRoute = audioSocket.register(ping, null);
            EncoderSettings encoder = new EncoderSettings(VideoCodec.H264, MODE, 5_000, 1, 1, new ColorInfo(ColorInfo.Matrix.BT709, false));
            try (VideoStream video = new VideoStream(VideoStreamSettings.of("rehearsal", encoder, new VideoPacketSettings(1360, 20, 2, key)),
                            StreamDisplay.of(display), selection::capturers, selection.importers(),
                            selection.encoders(display.renderDevice()), videoSocket, videoRoute, new Indifferent());
                    AudioStream audio = new AudioStream(new AudioStreamSettings("rehearsal", OpusConfiguration.STEREO,
                            new AudioPacketSettings(5, key, 0), 1), new SilentSource(), audioSocket, audioRoute)) {
                ping(client, ping, videoSocket.port());
                ping(client, ping, audioSocket.port());
                video.start();
                audio.start();
                long deadline = System.nanoTime() + LIMIT_NANOS;
                while (sent(video) < FRAMES && System.nanoTime() < deadline) {
                    LockSupport.parkNanos(10_000_000);
                }
                return sent(video);
            }
        }
    }

    private static long sent(VideoStream video) {
        return video.statistics().counters().get(StreamStatistics.Event.FRAMES);
    }

    private static void ping(DatagramSocket client, byte[] payload, int port) throws IOException {
        byte[] datagram = java.util.Arrays.copyOf(payload, payload.length + 4);
        datagram[datagram.length - 1] = 1;
        client.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
    }

    /** Nobody watches. */
    private static final class Indifferent implements VideoStreamListener {
        @Override
        public void firstFrameSent(long nanosAfterStart) {
            LOG.log(Level.DEBUG, "first frame of the rehearsal after {0} ms", Long.toString(nanosAfterStart / 1_000_000));
        }

        @Override
        public void ended(StreamEnd reason, String message) {
            LOG.log(Level.DEBUG, "the rehearsal ended: {0}", message);
        }
    }
}
