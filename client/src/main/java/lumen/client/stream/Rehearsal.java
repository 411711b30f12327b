package lumen.client.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import lumen.client.media.H264Decoder;
import lumen.client.media.OpusDecoder;
import lumen.client.verify.CardRehearsal;
import lumen.core.audio.AudioDepacketizer;
import lumen.core.audio.AudioPacketSettings;
import lumen.core.audio.AudioPacketizer;
import lumen.core.audio.AudioSink;
import lumen.core.audio.OpusConfiguration;
import lumen.core.control.ControlCipher;
import lumen.core.control.ControlDrop;
import lumen.core.control.ControlFormat;
import lumen.core.control.ControlMessage;
import lumen.core.enet.EnetHost;
import lumen.core.enet.EnetSettings;
import lumen.core.metrics.EventCounters;
import lumen.core.rtsp.RtspCipher;
import lumen.core.rtsp.RtspRequest;
import lumen.core.video.DatagramRing;
import lumen.core.video.Depacketizer;
import lumen.core.video.FrameHeader;
import lumen.core.video.Packetizer;
import lumen.core.video.QueuedFrame;
import lumen.core.video.VideoPacketSettings;
import lumen.core.video.VideoSink;

/**
 * Takes a small stream through everything that receives, once a process and without a network, so that
 * the times of the first launch are the host's and not those of this process loading classes and libraries.
 */
final class Rehearsal implements VideoSink, AudioSink {
    private static final int FRAMES = 300;
    private static final int ACCESS_UNIT = 9000;
    private static final int OPUS_PACKET = 60;
    private static boolean streamed;
    private static boolean compared;

    private Rehearsal() {
    }

    /**
     * Returns when everything is loaded; at once if it was before.
     *
     * @param verify pictures will be compared
     */
    static synchronized void once(boolean verify) {
        if (verify && !compared) {
            compared = true;
            CardRehearsal.run();
        }
        if (streamed) {
            return;
        }
        streamed = true;
        Rehearsal rehearsal = new Rehearsal();
        byte[] key = new byte[16];
        rehearsal.video(new VideoPacketSettings(1024, 20, 2, key));
        rehearsal.video(new VideoPacketSettings(1024, 20, 2, null));
        rehearsal.audio(new AudioPacketSettings(5, key, 1));
        rehearsal.handshake(key);
        new H264Decoder().close();
    }

    private void video(VideoPacketSettings settings) {
        try (Arena arena = Arena.ofConfined(); Depacketizer depacketizer = new Depacketizer(settings, false, this);
             DatagramRing ring = new DatagramRing(settings.datagramLength(), 256)) {
            Packetizer packetizer = new Packetizer(settings);
            MemorySegment accessUnit = arena.allocate(ACCESS_UNIT);
            for (int i = 0; i < FRAMES; i++) {
                QueuedFrame frame = packetizer.packetize(accessUnit, FrameHeader.FRAME_IDR, 1, i, ring);
                packetizer.publish(frame, ring);
                // One datagram is missing each time, so that recovery is rehearsed too.
                for (int d = 1; d < frame.datagrams(); d++) {
                    depacketizer.accept(ring.memory(), frame.offset() + (long) d * ring.datagramLength(),
                            ring.datagramLength());
                }
                ring.release(frame);
            }
        }
    }

    private void audio(AudioPacketSettings settings) {
        try (Arena arena = Arena.ofConfined(); AudioPacketizer packetizer = new AudioPacketizer(settings);
             AudioDepacketizer depacketizer = new AudioDepacketizer(settings, this);
             OpusDecoder decoder = new OpusDecoder(OpusConfiguration.STEREO, 5)) {
            MemorySegment opus = arena.allocate(OPUS_PACKET);
            for (int i = 0; i < FRAMES; i++) {
                int datagrams = packetizer.packetize(opus, OPUS_PACKET);
                for (int d = 0; d < datagrams && i % 4 != 1; d++) {
                    depacketizer.accept(packetizer.memory(), packetizer.offset(d), packetizer.length(d), i);
                }
                decoder.conceal();
            }
        }
    }

    private void handshake(byte[] key) {
        RtspCipher client = new RtspCipher(key, RtspCipher.Side.CLIENT);
        RtspCipher host = new RtspCipher(key, RtspCipher.Side.HOST);
        byte[] request = RtspRequest.of("OPTIONS", "/", 1, "host", List.of(), new byte[0]).format();
        host.open(client.seal(request));
        client.open(host.seal("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        ControlCipher control = new ControlCipher(key, ControlCipher.Version.V2, ControlCipher.Side.CLIENT,
                new EventCounters<>(ControlDrop.class));
        control.open(control.seal(ControlFormat.format(new ControlMessage.PeriodicPing())));
        EnetHost enet = new EnetHost(EnetSettings.client(), new Random(1));
        enet.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), 1, 0, 0);
        enet.poll(0, (data, at, length, to) -> {
            // nothing of a rehearsal is sent
        });
    }

    @Override
    public void frame(MemorySegment accessUnit, int frameIndex, int frameType, int latencyTenthMillis, int rtpTimestamp) {
        // what a rehearsal receives is of no interest
    }

    @Override
    public void requestIdr() {
        // nobody to ask
    }

    @Override
    public void invalidate(int first, int last) {
        // nobody to ask
    }

    @Override
    public void packet(MemorySegment opus, int sequence, int timestampMillis) {
        // what a rehearsal receives is of no interest
    }

    @Override
    public void lost(int sequence) {
        // what a rehearsal receives is of no interest
    }
}
