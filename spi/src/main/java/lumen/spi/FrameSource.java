package lumen.spi;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Where a capturer finds a display's frames. */
public sealed interface FrameSource {

    /**
     * A PipeWire node.
     *
     * @param serial   object serial of the node; ids are reused, serials are not. {@link #UNKNOWN_SERIAL} if
     *                 whoever handed out the node told its id only
     * @param id       node id
     * @param remote   how to reach the daemon; empty: the default daemon
     * @param pausable false: the node suffers from a consumer that pauses or renegotiates, and doesn't paint again when
     *                 one resumes. A capturer then never pauses its stream: while it is inactive it takes frames and
     *                 gives them back unlooked at, but for the newest, which it delivers once it is active again; and an
     *                 offer that what was negotiated already meets changes nothing
     */
    record PipeWireNode(long serial, int id, Optional<PipeWireRemote> remote, boolean pausable) implements FrameSource {
        /** The node's serial was not told; the capturer looks it up by the id. */
        public static final long UNKNOWN_SERIAL = -1;

        public PipeWireNode {
            Objects.requireNonNull(remote);
        }

        /** An ordinary node, which may be paused. */
        public PipeWireNode(long serial, int id, Optional<PipeWireRemote> remote) {
            this(serial, id, remote, true);
        }
    }

    /** A PipeWire daemon that is reached through a descriptor somebody else opened, such as a portal. */
    @FunctionalInterface
    interface PipeWireRemote {
        /**
         * A fresh connection, since one serves one client only.
         *
         * @return a connected socket, the caller's to close
         * @throws BackendException if there is none to be had any more
         */
        int connect();
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
