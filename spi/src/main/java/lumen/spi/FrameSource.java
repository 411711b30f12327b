package lumen.spi;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Objects;

/** Where a capturer finds a display's frames. */
public sealed interface FrameSource {

    /**
     * A PipeWire node.
     *
     * @param serial   object serial of the node (ids are reused, serials are not)
     * @param id       node id
     * @param remoteFd a portal's PipeWire remote, owned by the display; empty: the default daemon
     */
    record PipeWireNode(long serial, int id, OptionalInt remoteFd) implements FrameSource {
        public PipeWireNode {
            Objects.requireNonNull(remoteFd);
        }
    }

    /**
     * An output of a Wayland compositor.
     *
     * @param socket the compositor's socket
     * @param output {@code wl_output.name}
     */
    record WaylandOutput(Path socket, String output) implements FrameSource {
        public WaylandOutput {
            Objects.requireNonNull(socket);
            Objects.requireNonNull(output);
        }
    }

    /** Frames made inside the backend itself; its own capturer knows the implementing type. */
    non-sealed interface InProcess extends FrameSource {
    }
}
