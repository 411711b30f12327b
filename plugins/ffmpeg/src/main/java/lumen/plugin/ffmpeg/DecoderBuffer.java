package lumen.plugin.ffmpeg;

/** The decoder buffer model, which bounds the size of each frame. */
final class DecoderBuffer {
    /**
     * Its size in frames at the peak bitrate. No frame is larger, IDRs included (measured with x264: 1.2 for those),
     * which keeps sending times near one interval; with 1.2 frames x264 spends only 90 % of the bitrate.
     */
    private static final double FRAMES = 1.5;

    private DecoderBuffer() {
    }

    /** Its size in bits. */
    static int bits(int kbps, int refreshMilliHz) {
        double frame = kbps * 1000.0 * 1000.0 / refreshMilliHz;
        // x264 counts in whole kilobits and refuses less than a frame.
        return (int) Math.min(Integer.MAX_VALUE, Math.max(2000, Math.ceil(frame * FRAMES)));
    }
}
