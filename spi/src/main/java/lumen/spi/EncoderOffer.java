package lumen.spi;

import java.util.Objects;

/**
 * Something an encoder backend can produce.
 *
 * @param name         name of the encoder, such as {@code libx264}
 * @param codec        the codec
 * @param liveBitrate  true if {@link Encoder#bitrate} takes effect without a new IDR
 */
public record EncoderOffer(String name, VideoCodec codec, boolean liveBitrate) {
    public EncoderOffer {
        Objects.requireNonNull(name);
        Objects.requireNonNull(codec);
    }
}
