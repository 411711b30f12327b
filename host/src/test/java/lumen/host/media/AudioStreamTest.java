package lumen.host.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.IntBuffer;
import java.util.HexFormat;
import lumen.core.audio.AudioDepacketizer;
import lumen.core.audio.AudioPacketSettings;
import lumen.core.audio.AudioSink;
import lumen.core.audio.OpusConfiguration;
import lumen.posix.UdpEndpoint;
import lumen.posix.UdpReceiver;
import lumen.posix.UdpSender;
import lumen.posix.UdpSocket;
import lumen.spi.AudioSource;
import lumen.spi.BackendException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.util.opus.OpusMultistream;

/** A whole audio stream over real sockets on loopback, decoded by Opus at the other end. */
class AudioStreamTest {
    private static final byte[] KEY = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    /** A tone of its own frequency on each channel, for a while; then it fails. */
    private static final class Tones implements AudioSource {
        private final int channels;
        private final long failAt;
        private long at;

        Tones(int channels, long failAt) {
            this.channels = channels;
            this.failAt = failAt;
        }

        @Override
        public int read(MemorySegment into, int frames) {
            if (at >= failAt) {
                throw new BackendException("the recorder has gone");
            }
            for (int f = 0; f < frames; f++, at++) {
                for (int c = 0; c < channels; c++) {
                    into.setAtIndex(ValueLayout.JAVA_FLOAT, (long) f * channels + c, sample(at, c));
                }
            }
            return frames;
        }

        /** The fourth of six or eight channels is the low-frequency one. */
        static float sample(long at, int c) {
            return 0.5f * (float) Math.sin(2 * Math.PI * hertz(c) * at / 48_000);
        }

        static double hertz(int c) {
            return c == 3 ? 60 : 400 + 300 * c;
        }

        @Override
        public void drain() {
            at = 0;
        }

        @Override
        public void close() {
            // Owns nothing.
        }
    }

    @Test
    @DisplayName("A2, A6, A8: every configuration decodes to its tones, sealed or not; silence follows a failed source")
    void everyConfigurationDecodes() {
        for (OpusConfiguration configuration : OpusConfiguration.values()) {
            stream(configuration, configuration.high() ? 5 : 10, configuration.high() ? KEY : null);
        }
    }

    private void stream(OpusConfiguration configuration, int millis, byte[] key) {
        int channels = configuration.channels();
        AudioPacketSettings packets = new AudioPacketSettings(millis, key, 77);
        double[][] power = new double[channels][channels];
        int[] played = new int[2];
        try (Arena arena = Arena.ofConfined(); MemoryStack stack = MemoryStack.stackPush();
             MediaSocket socket = new MediaSocket(MediaSocket.Kind.AUDIO, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), true);
             UdpSocket peer = UdpSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
             UdpReceiver receiver = peer.receiver(1400); UdpSender pinger = peer.sender();
             AudioStream audio = new AudioStream(new AudioStreamSettings("test", configuration, packets, 1),
                     new Tones(channels, 19_200), socket, socket.register(MediaRig.PAYLOAD, null))) {
            IntBuffer error = stack.mallocInt(1);
            long decoder = OpusMultistream.opus_multistream_decoder_create(48_000, configuration.streams(),
                    configuration.coupled(), stack.bytes(configuration.mapping()), error);
            MemorySegment pcm = arena.allocate(480L * channels * 4);
            AudioSink sink = new AudioSink() {
                @Override
                public void packet(MemorySegment opus, int sequence, int timestampMillis) {
                    int n = OpusMultistream.nopus_multistream_decode_float(decoder, opus.address(), (int) opus.byteSize(),
                            pcm.address(), 480, 0);
                    assertEquals(48 * millis, n);
                    assertEquals(sequence * millis, timestampMillis);
                    if (played[0]++ * n >= 4_800 && played[0] * n < 14_400) {
                        for (int c = 0; c < channels; c++) {
                            for (int t = 0; t < channels; t++) {
                                power[c][t] += tone(pcm, n, channels, c, Tones.hertz(t), (long) sequence * n);
                            }
                        }
                    }
                }

                @Override
                public void lost(int sequence) {
                    played[1]++;
                }
            };
            try (AudioDepacketizer depacketizer = new AudioDepacketizer(packets, sink)) {
                audio.start();
                MemorySegment ping = arena.allocate(20).copyFrom(MemorySegment.ofArray(java.util.Arrays.copyOf(MediaRig.PAYLOAD, 20)));
                pinger.route(UdpEndpoint.of(InetAddress.getLoopbackAddress(), socket.port()), null);
                pinger.send(ping, 0, 20, 1);
                long deadline = System.nanoTime() + 10_000_000_000L;
                int enough = 600 / millis;
                while (played[0] < enough && System.nanoTime() - deadline < 0) {
                    int n = receiver.receive(100);
                    for (int i = 0; i < n; i++) {
                        assertTrue(receiver.length(i) <= 1400, receiver.length(i) + " bytes");
                        depacketizer.accept(receiver.data(), receiver.offset(i), receiver.length(i), System.nanoTime());
                    }
                }
                assertTrue(played[0] >= enough, configuration + ": " + played[0] + " packets");
                assertEquals(0, played[1], "lost");
                assertEquals(1, audio.counters().get(AudioStream.Event.SOURCE_FAILED));
            } finally {
                OpusMultistream.opus_multistream_decoder_destroy(decoder);
            }
        }
        for (int c = 0; c < channels; c++) {
            int loudest = 0;
            for (int t = 0; t < channels; t++) {
                loudest = power[c][t] > power[c][loudest] ? t : loudest;
            }
            assertEquals(c, loudest, configuration + ": tone on channel " + c);
        }
    }

    /** Power of one frequency in one channel of a packet. */
    private static double tone(MemorySegment pcm, int n, int channels, int channel, double hertz, long from) {
        double re = 0;
        double im = 0;
        for (int i = 0; i < n; i++) {
            double s = pcm.getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * channels + channel);
            double phase = 2 * Math.PI * hertz * (from + i) / 48_000;
            re += s * Math.cos(phase);
            im += s * Math.sin(phase);
        }
        return re * re + im * im;
    }
}
