package lumen.plugin.gamescope;

import lumen.spi.BackendException;
import lumen.spi.DisplayMode;

/** A headless gamescope keeps the mode it was started with. */
final class ResizeRefusal {
    private ResizeRefusal() {
    }

    /**
     * @return true if it is the same mode
     * @throws BackendException naming the mode that stays
     */
    static boolean keep(DisplayMode mode, DisplayMode wanted) {
        if (wanted.equals(mode)) {
            return true;
        }
        throw new BackendException("gamescope stays at " + mode + ": going to " + wanted
                + " would mean to start it anew and end the program in it");
    }
}
