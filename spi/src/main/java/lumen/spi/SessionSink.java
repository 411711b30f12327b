package lumen.spi;

import java.util.Map;

/** Where the programs of one session play, unheard on the host's own loudspeakers. Exists until closed. */
public interface SessionSink extends AutoCloseable {

    /** Environment that makes programs play here, such as {@code PULSE_SINK}. */
    Map<String, String> environment();

    /** Channels it was made with. */
    AudioFormat format();

    /** Removes it. Idempotent. */
    @Override
    void close();
}
