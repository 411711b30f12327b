package lumen.core.audio;

import java.util.List;

/** The six Opus set-ups of GameStream, each with its normal and high quality (streams.md 2.3). */
public enum OpusConfiguration {
    STEREO(2, false, 1, 1, 96_000, "21101"),
    STEREO_HIGH(2, true, 1, 1, 512_000, "21101"),
    SURROUND_51(6, false, 4, 2, 256_000, "642012453"),
    SURROUND_51_HIGH(6, true, 6, 0, 1_536_000, "660012345"),
    SURROUND_71(8, false, 5, 3, 450_000, "85301245673"),
    SURROUND_71_HIGH(8, true, 8, 0, 2_048_000, "88001234567");

    /** Samples a second of each channel. */
    public static final int SAMPLE_RATE = 48_000;

    private final int channels;
    private final boolean high;
    private final int streams;
    private final int coupled;
    private final int bitrate;
    private final String surroundParams;

    OpusConfiguration(int channels, boolean high, int streams, int coupled, int bitrate, String surroundParams) {
        this.channels = channels;
        this.high = high;
        this.streams = streams;
        this.coupled = coupled;
        this.bitrate = bitrate;
        this.surroundParams = surroundParams;
    }

    /**
     * The configuration for a channel count and quality.
     *
     * @throws IllegalArgumentException for other channel counts than 2, 6 and 8
     */
    public static OpusConfiguration of(int channels, boolean high) {
        for (OpusConfiguration c : values()) {
            if (c.channels == channels && c.high == high) {
                return c;
            }
        }
        throw new IllegalArgumentException("channels: " + channels + ", allowed: 2, 6, 8");
    }

    /** The values of {@code a=fmtp:97 surround-params=} in the order clients expect: normal before high. */
    public static List<String> surroundLines() {
        return List.of(SURROUND_51.surroundParams, SURROUND_51_HIGH.surroundParams, SURROUND_71.surroundParams,
                SURROUND_71_HIGH.surroundParams);
    }

    public int channels() {
        return channels;
    }

    public boolean high() {
        return high;
    }

    /** Opus streams in a packet. */
    public int streams() {
        return streams;
    }

    /** How many of them are stereo pairs. */
    public int coupled() {
        return coupled;
    }

    /** Bits a second. */
    public int bitrate() {
        return bitrate;
    }

    /**
     * Channels, streams, coupled streams and the mapping as advertised. Clients rotate the last digit of a
     * normal-quality mapping to index 3, so the identity mapping is advertised with the 3 at the end.
     */
    public String surroundParams() {
        return surroundParams;
    }

    /** The encoder's channel mapping: channel {@code i} of the input goes to decoded channel {@code i}. */
    public byte[] mapping() {
        byte[] mapping = new byte[channels];
        for (int i = 0; i < channels; i++) {
            mapping[i] = (byte) i;
        }
        return mapping;
    }
}
