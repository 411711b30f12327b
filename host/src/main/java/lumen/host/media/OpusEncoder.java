package lumen.host.media;

import static org.lwjgl.util.opus.Opus.OPUS_APPLICATION_RESTRICTED_LOWDELAY;
import static org.lwjgl.util.opus.Opus.OPUS_OK;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import lumen.core.audio.OpusConfiguration;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.util.opus.Opus;
import org.lwjgl.util.opus.OpusMultistream;

/**
 * Opus as GameStream wants it: 48 kHz, low delay, hard constant bitrate, so that all packets are equally
 * long. One thread; allocates nothing per packet.
 */
final class OpusEncoder implements AutoCloseable {
    private final int samples;
    private final int packetLength;
    private long encoder;

    /**
     * @param packetMillis   5 or 10
     * @param largestPacket  longest packet that can be sent; the bitrate is lowered to fit
     * @throws IllegalStateException if libopus refuses
     */
    OpusEncoder(OpusConfiguration configuration, int packetMillis, int largestPacket) {
        samples = OpusConfiguration.SAMPLE_RATE / 1000 * packetMillis;
        packetLength = Math.min(configuration.bitrate() / 1000 * packetMillis / 8, largestPacket);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer error = stack.mallocInt(1);
            ByteBuffer mapping = stack.bytes(configuration.mapping());
            encoder = OpusMultistream.opus_multistream_encoder_create(OpusConfiguration.SAMPLE_RATE,
                    configuration.streams(), configuration.coupled(), mapping,
                    OPUS_APPLICATION_RESTRICTED_LOWDELAY, error);
            check("create", error.get(0));
        }
        int bitrate = packetLength * 8 * 1000 / packetMillis;
        check("bitrate " + bitrate, OpusMultistream.opus_multistream_encoder_ctl(encoder, Opus.OPUS_SET_BITRATE(bitrate)));
        check("constant bitrate", OpusMultistream.opus_multistream_encoder_ctl(encoder, Opus.OPUS_SET_VBR(0)));
    }

    private static void check(String what, int error) {
        if (error != OPUS_OK) {
            throw new IllegalStateException("Opus encoder: " + what + ": " + Opus.opus_strerror(error));
        }
    }

    /** Sample frames in a packet. */
    int samples() {
        return samples;
    }

    /** Bytes of every packet. */
    int packetLength() {
        return packetLength;
    }

    /**
     * Encodes {@link #samples()} interleaved float frames.
     *
     * @param pcm  off-heap
     * @param out  off-heap, room for {@link #packetLength()} bytes
     * @return bytes written
     */
    int encode(MemorySegment pcm, MemorySegment out) {
        int n = OpusMultistream.nopus_multistream_encode_float(encoder, pcm.address(), samples, out.address(), packetLength);
        if (n < 0) {
            throw new IllegalStateException("Opus encoder: " + Opus.opus_strerror(n));
        }
        return n;
    }

    @Override
    public void close() {
        if (encoder != 0) {
            OpusMultistream.opus_multistream_encoder_destroy(encoder);
            encoder = 0;
        }
    }
}
