package lumen.plugin.kwin;

import lumen.spi.BackendException;
import lumen.spi.DisplayMode;

/** The sizes a virtual output can have. KWin makes larger and empty ones too, and then paints nothing on them. */
final class ModeLimits {
    static final int MIN_SIZE = 16;
    /** The largest texture of most drivers. */
    static final int MAX_SIZE = 16_384;

    private ModeLimits() {
    }

    /** The rate is left as it is: KWin gives the one it has. */
    static DisplayMode nearest(DisplayMode mode) {
        return new DisplayMode(Math.clamp(mode.width(), MIN_SIZE, MAX_SIZE), Math.clamp(mode.height(), MIN_SIZE, MAX_SIZE),
                mode.refreshMilliHz());
    }

    static boolean legal(DisplayMode mode) {
        return nearest(mode).equals(mode);
    }

    /** @throws BackendException naming the nearest legal mode */
    static void check(DisplayMode mode) {
        if (!legal(mode)) {
            throw new BackendException("KWin can't show " + mode + "; the nearest it can is " + nearest(mode));
        }
    }
}
