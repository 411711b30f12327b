package lumen.core.audio;

import java.lang.foreign.MemorySegment;

/** Takes Opus packets in order; called on the thread that feeds the {@link AudioDepacketizer}. */
public interface AudioSink {

    /**
     * The next packet.
     *
     * @param opus            off-heap memory, valid during the call
     * @param timestampMillis the stream's time of its first sample, unsigned
     */
    void packet(MemorySegment opus, int sequence, int timestampMillis);

    /** The next packet is lost: conceal it. */
    void lost(int sequence);
}
