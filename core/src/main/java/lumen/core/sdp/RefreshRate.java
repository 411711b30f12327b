package lumen.core.sdp;

/** The exact frame rate behind maxFPS and clientRefreshRateX100. */
public final class RefreshRate {
    /** Above this maxFPS is the × 1000 form of some forks. */
    static final int MAX_PLAIN_FPS = 1000;
    static final int THOUSANDFOLD_FROM = 4000;

    private RefreshRate() {
    }

    /**
     * Millihertz. The display's rate counts only within one percent of the wish: Android sends it whatever
     * the stream runs at.
     */
    public static int milliHertz(int maxFps, int displayX100) {
        int wish = maxFps > THOUSANDFOLD_FROM ? maxFps : maxFps * 1000;
        int display = displayX100 > 0 && displayX100 < 100 * MAX_PLAIN_FPS ? displayX100 * 10 : 0;
        return Math.abs((long) display - wish) * 100 <= wish ? display : wish;
    }
}
