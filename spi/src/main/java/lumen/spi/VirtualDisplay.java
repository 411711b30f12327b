package lumen.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** An output that exists for one session. {@link #close()} releases it, always. */
public interface VirtualDisplay extends AutoCloseable {

    /** The mode the output really has. */
    DisplayMode mode();

    /** Where its frames are to be had. */
    FrameSource source();

    /** {@code dev_t} of the DRM device the compositor renders on, if it renders on one. */
    default OptionalLong renderDevice() {
        return OptionalLong.empty();
    }

    /** How input reaches this display, if it can. */
    Optional<InputRoute> input();

    /**
     * Environment for programs that shall appear on this display, such as {@code WAYLAND_DISPLAY}.
     */
    default Map<String, String> environment() {
        return Map.of();
    }

    /** True if the compositor has started the request's app itself, and ends with it. */
    default boolean runsApp() {
        return false;
    }

    /**
     * True if this display can be closed and created anew without ending anything: programs survive it, or it has
     * failed and taken them along. Any thread.
     */
    default boolean replaceable() {
        return false;
    }

    /**
     * Changes the mode in place.
     *
     * @return {@code false}: the compositor can't, create a new display
     * @throws BackendException if neither is possible without ending what runs here; says which mode stays
     */
    default boolean tryResize(DisplayMode mode) {
        return mode.equals(mode());
    }

    /**
     * Asks the compositor to paint, for captures that deliver nothing until something changes. Any thread;
     * returns at once.
     */
    default void nudge() {
    }

    /** False once the compositor has gone; the session then ends or creates a new display. Any thread. */
    boolean alive();

    /** Last lines of what the compositor said, for a user whose display has gone. */
    default List<String> lastWords() {
        return List.of();
    }

    @Override
    void close();
}
