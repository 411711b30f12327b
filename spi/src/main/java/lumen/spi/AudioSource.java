package lumen.spi;

import java.lang.foreign.MemorySegment;
import java.util.Map;

/** A running recording, read by the session's audio thread. */
public interface AudioSource extends AutoCloseable {

    /**
     * Takes up to {@code frames} sample frames that are due. Never blocks, allocates nothing. What is
     * missing is filled with silence by the host.
     *
     * @param into   off-heap float samples, interleaved; room for {@code frames × channels}
     * @return sample frames written, 0 to {@code frames}
     * @throws BackendException if the source has gone for good
     */
    int read(MemorySegment into, int frames);

    /** Drops everything recorded so far, so that a resumed session doesn't hear the past. */
    void drain();

    /** What is recorded and how that goes, for people. Any thread. */
    default String state() {
        return "";
    }

    /** Events that happened, by stable lower-case-dash names. Any thread. */
    default Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    void close();
}
