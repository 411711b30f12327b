package lumen.spi;

/**
 * Interleaved 32-bit float samples at 48 kHz.
 *
 * @param channels 2 (FL FR), 6 (FL FR C LFE RL RR) or 8 (… SL SR)
 */
public record AudioFormat(int channels) {
    /** Samples a second of each channel. */
    public static final int RATE = 48_000;

    public AudioFormat {
        if (channels != 2 && channels != 6 && channels != 8) {
            throw new IllegalArgumentException("channels: " + channels + ", allowed: 2, 6, 8");
        }
    }
}
