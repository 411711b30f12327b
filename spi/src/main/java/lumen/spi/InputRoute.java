package lumen.spi;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

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

    /**
     * {@code org_kde_kwin_fake_input} of KWin.
     *
     * @param socket the compositor's socket
     * @param output the output that absolute coordinates refer to
     */
    record KwinFakeInput(Path socket, String output) implements InputRoute {
        public KwinFakeInput {
            Objects.requireNonNull(socket);
            Objects.requireNonNull(output);
        }
    }

    /** An emulated-input server (EIS), spoken to by the {@code ei} protocol of libei 1.x as a sender. */
    non-sealed interface Ei extends InputRoute {
        /**
         * A fresh connection, since one serves one sink only.
         *
         * @return a connected socket, the caller's to close
         * @throws BackendException if the server can't be had
         */
        int connect();

        /** Where the display lies among the server's regions; asked once when a sink opens. */
        Region region();

        /**
         * The least that the server scrolls by {@code ei_scroll.scroll_discrete}, in 120ths of a notch. Mutter (seen in
         * 50) drops what is less than a notch; there, finer steps are sent as pixels.
         */
        default int scrollStep() {
            return 1;
        }

        /**
         * Offered by a sink that is closed, with everything released: what it spoke to the server with. A route whose
         * server lets in one connection only keeps it for the next sink, and closes it with the display.
         *
         * @return false: the sink closes it
         */
        default boolean keep(AutoCloseable connection) {
            return false;
        }

        /** What the last sink left to {@link #keep}, the caller's from now on. Of the class that sink gave. */
        default Optional<AutoCloseable> kept() {
            return Optional.empty();
        }
    }

    /**
     * Picks a region of an EIS device: the one with the mapping id, else the one at that place, else the
     * only one of that size.
     *
     * @param mappingId {@code ei_device.region_mapping_id}, such as the {@code mapping_id} of a screencast stream
     * @param x         left edge in the compositor's logical coordinates
     * @param y         top edge
     * @param width     logical width; 0: unknown, the first region is taken
     * @param height    logical height
     */
    record Region(Optional<String> mappingId, int x, int y, int width, int height) {
        public Region {
            Objects.requireNonNull(mappingId);
        }
    }

    /** Input consumed inside the backend itself; its own sink knows the implementing type. */
    non-sealed interface InProcess extends InputRoute {
    }
}
