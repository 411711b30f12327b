package lumen.core.sdp;

/** The bitrate arithmetic of both sides, in kbit/s (control plane, section 8.4). */
public final class BitrateBudget {
    private static final int MAX_FEC_PERCENT_TAKEN = 80;
    private static final int CLIENT_CAP = 100_000;
    private static final int CONTROL_RESERVE = 500;

    private BitrateBudget() {
    }

    /** What is left for the encoder of the user's setting, once FEC, audio and control have theirs. */
    public static int encoderKbps(int configured, int maximum, int channels, boolean highQuality, int fecPercent) {
        if (configured <= 0) {
            return maximum;
        }
        long rate = configured;
        if (fecPercent <= MAX_FEC_PERCENT_TAKEN) {
            rate = rate * (100 - fecPercent) / 100;
        }
        long audio = channels * (highQuality ? 256L : 96L);
        rate -= Math.min(audio, rate / 5);
        rate -= Math.min(CONTROL_RESERVE, rate / 10);
        return (int) rate;
    }

    /** What a client writes into the four bandwidth attributes. */
    public static int clientKbps(int configured, boolean remote) {
        int rate = (int) (configured * 8L / 10);
        if (remote && rate > CONTROL_RESERVE) {
            rate -= CONTROL_RESERVE;
        }
        return Math.min(rate, CLIENT_CAP);
    }
}
