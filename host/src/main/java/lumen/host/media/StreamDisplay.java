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
