package lumen.spi;

/** Video codecs of the stream. */
public enum VideoCodec {
    H264, HEVC, AV1
}
