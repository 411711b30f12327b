package lumen.spi;

/**
 * Size and refresh rate of a display.
 *
 * @param width           pixels, at least 1
 * @param height          pixels, at least 1
 * @param refreshMilliHz  refresh rate in thousandths of a hertz, at least 1; 59 940 is 59.94 Hz
 */
public record DisplayMode(int width, int height, int refreshMilliHz) {
    public DisplayMode {
        if (width < 1 || height < 1 || refreshMilliHz < 1) {
            throw new IllegalArgumentException("not a display mode: " + width + "x" + height + "@" + refreshMilliHz + " mHz");
        }
    }

    /** A mode with a whole number of frames a second. */
    public static DisplayMode of(int width, int height, int hertz) {
        return new DisplayMode(width, height, Math.multiplyExact(hertz, 1000));
    }

    /** The time between two frames, in nanoseconds. */
    public long frameIntervalNanos() {
        return 1_000_000_000_000L / refreshMilliHz;
    }

    @Override
    public String toString() {
        return width + "x" + height + "@" + (refreshMilliHz % 1000 == 0
                ? Integer.toString(refreshMilliHz / 1000)
                : String.format(java.util.Locale.ROOT, "%.3f", refreshMilliHz / 1000.0));
    }
}
