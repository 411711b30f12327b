package lumen.plugin.gamescope;

import java.util.Optional;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;

/** The modes a headless gamescope can have. */
final class ModeLimits {
    static final int MIN_SIZE = 16;
    /** A frame of 8192 × 8192 is 256 MiB, and there are four. */
    static final int MAX_SIZE = 8192;
    private static final int HERTZ = 1_000;
    static final int MIN_REFRESH = HERTZ;
    static final int MAX_REFRESH = 500 * HERTZ;

    private ModeLimits() {
    }

    /** @param version empty: not known, treated as an old one */
    static DisplayMode nearest(DisplayMode mode, Optional<GamescopeVersion> version) {
        boolean even = version.isPresent() && !version.get().before(GamescopeVersion.EVEN_SIZES);
        // The command line takes whole hertz.
        int refresh = Math.clamp((mode.refreshMilliHz() + HERTZ / 2L) / HERTZ * HERTZ, MIN_REFRESH, MAX_REFRESH);
        return new DisplayMode(size(mode.width(), even), size(mode.height(), even), refresh);
    }

    private static int size(int pixels, boolean even) {
        int clamped = Math.clamp(pixels, MIN_SIZE, MAX_SIZE);
        return even ? clamped + clamped % 2 : clamped;
    }

    /** @throws BackendException naming the nearest legal mode */
    static void check(DisplayMode mode, Optional<GamescopeVersion> version) {
        DisplayMode nearest = nearest(mode, version);
        if (!nearest.equals(mode)) {
            throw new BackendException("gamescope can't show " + mode + "; the nearest it can is " + nearest);
        }
    }
}
