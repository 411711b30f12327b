package lumen.plugin.ffmpeg;

import java.util.List;
import lumen.spi.DisplayMode;

/**
 * How much work x264 does for each pixel, and how many threads that takes. Measured on one core of a
 * server of 2024: superfast takes 4 to 10 ns a pixel, ultrafast 3 to 5, moving desktop to pure noise.
 */
final class X264Preset {
    /** Lets this class choose. */
    static final String AUTO = "auto";
    /** The choice of {@link #AUTO} for ordinary streams. */
    static final String FINE = "superfast";
    /** The choice of {@link #AUTO} where {@link #FINE} would be late. */
    static final String FAST = "ultrafast";
    /** What may be asked for: x264's own names are those fast enough to be of use in a live stream. */
    static final List<String> WORDS = List.of(AUTO, FAST, FINE, "veryfast", "faster", "fast", "medium");
    /**
     * Up to here {@link #FINE} needs at most 60 % of a core and of the frame's interval, whatever the
     * picture: 1280×720 at 60 frames/s is 55 million. At 1920×1080 it would need 120 %.
     */
    static final long FINE_PIXELS_PER_SECOND = 60_000_000;
    /** What one thread of {@link #FAST} encodes in 50 to 80 % of a core: 1920×1080 at 60 frames/s is 124 million. */
    private static final long THREAD_PIXELS_PER_SECOND = 150_000_000;

    private X264Preset() {
    }

    /** The preset x264 is to use when that word is asked for. */
    static String resolve(String word, DisplayMode mode) {
        if (!word.equals(AUTO)) {
            return word;
        }
        return pixelsPerSecond(mode) <= FINE_PIXELS_PER_SECOND ? FINE : FAST;
    }

    /** Threads below which a stream of that mode can't keep its rate; never more than there are CPUs. */
    static int threads(DisplayMode mode, int cpus) {
        long needed = Math.ceilDiv(pixelsPerSecond(mode), THREAD_PIXELS_PER_SECOND);
        return Math.clamp(needed, 1, Math.max(1, cpus));
    }

    private static long pixelsPerSecond(DisplayMode mode) {
        return (long) mode.width() * mode.height() * mode.refreshMilliHz() / 1000;
    }
}
