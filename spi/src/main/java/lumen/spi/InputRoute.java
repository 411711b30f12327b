package lumen.spi;

import java.nio.file.Path;
import java.util.Objects;

/** How input reaches a display. */
public sealed interface InputRoute {

    /**
     * {@code virtual-keyboard-v1} and {@code wlr-virtual-pointer-v1} of a Wayland compositor.
     *
     * @param socket the compositor's socket
     * @param output the output that absolute coordinates refer to
     */
    record WlrVirtual(Path socket, String output) implements InputRoute {
        public WlrVirtual {
            Objects.requireNonNull(socket);
            Objects.requireNonNull(output);
        }
    }

    /** Input consumed inside the backend itself; its own sink knows the implementing type. */
    non-sealed interface InProcess extends InputRoute {
    }
}
