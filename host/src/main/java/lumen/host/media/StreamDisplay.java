package lumen.host.media;

import java.util.Optional;
import lumen.spi.BackendException;
import lumen.spi.VirtualDisplay;

/** The display a stream shows. Its compositor may go, and another display take its place. Thread-safe. */
public interface StreamDisplay {

    /** The display now. */
    VirtualDisplay current();

    /**
     * The display in the place of one that has gone, once there is one; making it begins with the first call.
     * Returns at once.
     *
     * @throws BackendException if there will be none, with the reason
     */
    Optional<VirtualDisplay> replacement(VirtualDisplay gone);

    /** The capture that the stream before left here, if it still fits; the caller's from now on. */
    default Optional<KeptCapture> takeCapture(VirtualDisplay display) {
        return Optional.empty();
    }

    /**
     * Keeps a suspended capture for the next stream, and closes it before the display.
     *
     * @return false if it can't be kept: the caller closes it
     */
    default boolean keepCapture(KeptCapture capture) {
        return false;
    }

    /** A display that nothing can replace. */
    static StreamDisplay of(VirtualDisplay display) {
        return new StreamDisplay() {
            @Override
            public VirtualDisplay current() {
                return display;
            }

            @Override
            public Optional<VirtualDisplay> replacement(VirtualDisplay gone) {
                throw new BackendException("nothing can take the place of this display");
            }
        };
    }
}
