package lumen.spi;

/** Creates displays of a client's size on some compositor. */
public interface VirtualDisplayProvider extends Provider {

    /**
     * Creates a display. Called on the session's set-up thread; may block for as long as a compositor
     * needs to start.
     *
     * @throws BackendException if the display can't be had; nothing is left behind
     */
    VirtualDisplay create(DisplayRequest request, HostContext host);
}
