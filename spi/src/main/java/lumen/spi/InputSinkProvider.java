package lumen.spi;

/** Drives a display's keyboard and pointer. */
public interface InputSinkProvider extends Provider {

    /** True if this provider can drive that route. */
    boolean accepts(InputRoute route);

    /**
     * Opens the devices; they exist from the start of the stream, since compositors lose the first
     * events of a device that has just appeared.
     *
     * @throws BackendException if it can't
     */
    InputSink open(InputRoute route, DisplayMode mode);
}
