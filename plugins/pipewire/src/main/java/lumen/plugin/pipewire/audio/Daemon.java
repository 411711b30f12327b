package lumen.plugin.pipewire.audio;

import java.time.Duration;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireException;

/** A PipeWire daemon, there or not. */
@FunctionalInterface
interface Daemon {
    /** The one that the environment names. */
    Daemon DEFAULT = PipewireConnection::open;
    /** How long it may take to answer. */
    Duration LIMIT = Duration.ofSeconds(2);

    /**
     * Connects.
     *
     * @param thread name of the loop's thread, at most 15 characters
     * @throws PipewireException if it is not there or doesn't answer in time
     */
    PipewireConnection connect(String thread, Duration limit);
}
