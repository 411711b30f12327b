package lumen.client.media;

import static org.lwjgl.system.MemoryUtil.NULL;
import static org.lwjgl.system.MemoryUtil.memAlloc;
import static org.lwjgl.system.MemoryUtil.memAllocFloat;
import static org.lwjgl.system.MemoryUtil.memFree;
import static org.lwjgl.util.opus.Opus.OPUS_OK;
import static org.lwjgl.util.opus.OpusMultistream.nopus_multistream_decode_float;
import static org.lwjgl.util.opus.OpusMultistream.opus_multistream_decoder_create;
import static org.lwjgl.util.opus.OpusMultistream.opus_multistream_decoder_destroy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import lumen.core.audio.OpusConfiguration;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/** An Opus multistream decoder with concealment of lost packets. Confined to one thread. */
public final class OpusDecoder implements AutoCloseable {
    private final int channels;
    private final int packetFrames;
    private final long decoder;
    private final FloatBuffer pcm;
    private final float[] samples;

    /**
     * @param packetMillis what each packet covers
     * @throws IllegalStateException if Opus refuses the configuration
     */
    public OpusDecoder(OpusConfiguration configuration, int packetMillis) {
        channels = configuration.channels();
        packetFrames = OpusConfiguration.SAMPLE_RATE / 1000 * packetMillis;
        ByteBuffer mapping = memAlloc(channels).put(0, configuration.mapping());
        try (MemoryStack stack = MemoryStack.stackPush()) {
            var error = stack.mallocInt(1);
            decoder = opus_multistream_decoder_create(OpusConfiguration.SAMPLE_RATE, configuration.streams(),
                    configuration.coupled(), mapping, error);
            if (error.get(0) != OPUS_OK) {
                throw new IllegalStateException("Opus decoder: error " + error.get(0));
            }
        } finally {
            memFree(mapping);
        }
        pcm = memAllocFloat(packetFrames * channels);
        samples = new float[packetFrames * channels];
    }

    public int channels() {
        return channels;
    }

    /** The samples of the last packet, interleaved, -1 to 1; overwritten by the next. */
    public float[] samples() {
        return samples;
    }

    /**
     * Decodes a packet.
     *
     * @param opus off-heap
     * @return samples of each channel, or a negative Opus error
     */
    public int decode(MemorySegment opus) {
        return decode(opus.address(), (int) opus.byteSize());
    }

    /** Makes up for a lost packet; as {@link #decode}. */
    public int conceal() {
        return decode(NULL, 0);
    }

    private int decode(long data, int length) {
        int frames = nopus_multistream_decode_float(decoder, data, length, MemoryUtil.memAddress(pcm), packetFrames, 0);
        if (frames > 0) {
            pcm.get(0, samples, 0, frames * channels);
        }
        return frames;
    }

    @Override
    public void close() {
        opus_multistream_decoder_destroy(decoder);
        memFree(pcm);
    }
}
