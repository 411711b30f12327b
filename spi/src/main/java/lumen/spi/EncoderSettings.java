package lumen.spi;

import java.util.Objects;

/**
 * What the client negotiated for its video.
 *
 * @param codec            the codec
 * @param mode             size and rate of the stream; frames of another size are scaled to it
 * @param bitrateKbps      most the stream may take, 1000 bit/s; easy pictures take less
 * @param slicesPerFrame   least slices in each frame, at least 1; an encoder may cut more where it needs their threads
 *                         to keep the rate, since every client decodes any number
 * @param referenceFrames  most reference frames a P frame may use; 0: the encoder's choice
 * @param color            matrix and range of the encoded YCbCr
 */
public record EncoderSettings(VideoCodec codec, DisplayMode mode, int bitrateKbps, int slicesPerFrame,
                              int referenceFrames, ColorInfo color) {
    public EncoderSettings {
        Objects.requireNonNull(codec);
        Objects.requireNonNull(mode);
        Objects.requireNonNull(color);
        if (bitrateKbps < 1 || slicesPerFrame < 1 || referenceFrames < 0) {
            throw new IllegalArgumentException("bitrate " + bitrateKbps + " kbps, " + slicesPerFrame + " slices, "
                    + referenceFrames + " reference frames");
        }
    }
}
