package lumen.plugin.wlroots;

import lumen.spi.BackendException;
import lumen.spi.DisplayMode;

/** The modes a headless wlroots output can have. */
final class ModeLimits {
    static final int MIN_SIZE = 16;
    /** A frame of 8192 × 8192 is 256 MiB, and there are up to four. */
    static final int MAX_SIZE = 8192;
    static final int MIN_REFRESH = 1_000;
    /** The headless backend's clock counts whole milliseconds and needs at least one (wlroots 0.15). */
    static final int MAX_REFRESH = 500_000;

    private ModeLimits() {
    }

    static DisplayMode nearest(DisplayMode mode) {
        return new DisplayMode(Math.clamp(mode.width(), MIN_SIZE, MAX_SIZE), Math.clamp(mode.height(), MIN_SIZE, MAX_SIZE),
                Math.clamp(mode.refreshMilliHz(), MIN_REFRESH, MAX_REFRESH));
    }

    static boolean legal(DisplayMode mode) {
        return nearest(mode).equals(mode);
    }

    /** @throws BackendException naming the nearest legal mode */
    static void check(DisplayMode mode) {
        if (!legal(mode)) {
            throw new BackendException("sway can't show " + mode + "; the nearest it can is " + nearest(mode));
        }
    }
}
