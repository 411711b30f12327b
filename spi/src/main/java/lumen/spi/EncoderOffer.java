package lumen.spi;

import java.util.List;
import java.util.Objects;

/**
 * Something an encoder backend can produce.
 *
 * @param name        name of the encoder, such as {@code libx264}
 * @param codec       the codec
 * @param rank        higher is tried first, as in {@link Probe.Available}
 * @param reads       the frames it reads, its favourite first; system memory always among them, so that a stream goes on
 *                    where nothing else works
 * @param bitDepth    most bits a sample, 8 or 10
 * @param chroma      finest sampling
 * @param liveBitrate true if {@link Encoder#bitrate} takes effect without a new IDR
 */
public record EncoderOffer(String name, VideoCodec codec, int rank, List<FrameKind> reads, int bitDepth, Chroma chroma,
                           boolean liveBitrate) {
    public EncoderOffer {
        Objects.requireNonNull(name);
        Objects.requireNonNull(codec);
        Objects.requireNonNull(chroma);
        reads = List.copyOf(reads);
        if (!reads.contains(FrameKind.SYSTEM_MEMORY)) {
            throw new IllegalArgumentException(name + " does not read system memory");
        }
    }

    /** True if it can encode what is asked. */
    public boolean meets(EncoderSettings settings) {
        return codec == settings.codec() && bitDepth >= settings.bitDepth() && chroma.compareTo(settings.chroma()) >= 0;
    }
}
