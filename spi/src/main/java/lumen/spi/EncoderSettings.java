package lumen.spi;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * What the client negotiated for its video.
 *
 * @param codec            the codec
 * @param mode             size and rate of the stream; frames of another size are scaled to it
 * @param bitrateKbps      most the stream may take, 1000 bit/s; easy pictures take less
 * @param slicesPerFrame   least slices in each frame, at least 1; an encoder may cut more where it needs their threads
 *                         to keep the rate, since every client decodes any number
 * @param referenceFrames  most reference frames a P frame may use; 0: the encoder's choice
 * @param color            how the encoded YCbCr is to be understood
 * @param bitDepth         bits a sample, 8 or 10
 * @param chroma           sampling of the encoded colour
 * @param renderDevice     {@code dev_t} of the DRM device the frames come from, if it is known
 */
public record EncoderSettings(VideoCodec codec, DisplayMode mode, int bitrateKbps, int slicesPerFrame, int referenceFrames,
                              ColorInfo color, int bitDepth, Chroma chroma, OptionalLong renderDevice) {
    public EncoderSettings {
        Objects.requireNonNull(codec);
        Objects.requireNonNull(mode);
        Objects.requireNonNull(color);
        Objects.requireNonNull(chroma);
        Objects.requireNonNull(renderDevice);
        if (bitrateKbps < 1 || slicesPerFrame < 1 || referenceFrames < 0) {
            throw new IllegalArgumentException("bitrate " + bitrateKbps + " kbps, " + slicesPerFrame + " slices, "
                    + referenceFrames + " reference frames");
        }
        if (bitDepth != 8 && bitDepth != 10) {
            throw new IllegalArgumentException(bitDepth + " bits a sample");
        }
    }

    /** 8 bits, 4:2:0, from whatever device. */
    public EncoderSettings(VideoCodec codec, DisplayMode mode, int bitrateKbps, int slicesPerFrame, int referenceFrames, ColorInfo color) {
        this(codec, mode, bitrateKbps, slicesPerFrame, referenceFrames, color, 8, Chroma.YUV420, OptionalLong.empty());
    }

    /** The same with another bitrate. */
    public EncoderSettings withBitrate(int kbps) {
        return new EncoderSettings(codec, mode, kbps, slicesPerFrame, referenceFrames, color, bitDepth, chroma, renderDevice);
    }
}
