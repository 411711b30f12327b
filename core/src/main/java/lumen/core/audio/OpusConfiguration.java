package lumen.core.audio;

import lumen.core.sdp.OpusLayout;

/** The six Opus set-ups of GameStream, each with its normal and high quality (streams, section 2.3). */
public enum OpusConfiguration {
    STEREO(OpusLayout.STEREO, false, 96_000),
    STEREO_HIGH(OpusLayout.STEREO, true, 512_000),
    SURROUND_51(OpusLayout.SURROUND_51, false, 256_000),
    SURROUND_51_HIGH(OpusLayout.SURROUND_51_HIGH, true, 1_536_000),
    SURROUND_71(OpusLayout.SURROUND_71, false, 450_000),
    SURROUND_71_HIGH(OpusLayout.SURROUND_71_HIGH, true, 2_048_000);

    /** Samples a second of each channel. */
    public static final int SAMPLE_RATE = 48_000;

    private final OpusLayout layout;
    private final boolean high;
    private final int bitrate;

    OpusConfiguration(OpusLayout layout, boolean high, int bitrate) {
        this.layout = layout;
        this.high = high;
        this.bitrate = bitrate;
    }

    /**
     * The configuration for a channel count and quality.
     *
     * @throws IllegalArgumentException for other channel counts than 2, 6 and 8
     */
    public static OpusConfiguration of(int channels, boolean high) {
        for (OpusConfiguration c : values()) {
            if (c.channels() == channels && c.high == high) {
                return c;
            }
        }
        throw new IllegalArgumentException("channels: " + channels + ", allowed: 2, 6, 8");
    }

    public int channels() {
        return layout.channels();
    }

    public boolean high() {
        return high;
    }

    /** Opus streams in a packet. */
    public int streams() {
        return layout.streams();
    }

    /** How many of them are stereo pairs. */
    public int coupled() {
        return layout.coupled();
    }

    /** Bits a second. */
    public int bitrate() {
        return bitrate;
    }

    /** The encoder's channel mapping, the one that DESCRIBE announces. */
    public byte[] mapping() {
        byte[] mapping = new byte[channels()];
        for (int i = 0; i < mapping.length; i++) {
            mapping[i] = (byte) (layout.mapping().charAt(i) - '0');
        }
        return mapping;
    }
}
