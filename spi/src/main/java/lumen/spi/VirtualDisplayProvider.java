package lumen.spi;

/** Creates displays of a client's size on some compositor. */
public interface VirtualDisplayProvider extends Provider {

    /**
     * True if this backend belongs to a desktop environment, one of the colon-separated names of
     * {@code XDG_CURRENT_DESKTOP}; such backends are tried first.
     */
    default boolean serves(String desktop) {
        return desktop.equalsIgnoreCase(id());
    }

    /**
     * Creates a display. Called on the session's set-up thread; may block for as long as a compositor
     * needs to start.
     *
     * @throws BackendException if the display can't be had; nothing is left behind. A mode that is refused names
     *                          the nearest legal one
     */
    VirtualDisplay create(DisplayRequest request, HostContext host);
}
