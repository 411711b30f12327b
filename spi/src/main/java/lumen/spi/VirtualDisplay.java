package lumen.spi;

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
    default java.util.Map<String, String> environment() {
        return java.util.Map.of();
    }

    /** Changes the mode in place. {@code false}: the compositor can't, create a new display. */
    default boolean tryResize(DisplayMode mode) {
        return mode.equals(mode());
    }

    /** False once the compositor has gone; the session then ends or creates a new display. Any thread. */
    boolean alive();

    @Override
    void close();
}
