package lumen.core.video;

import java.lang.foreign.MemorySegment;

/** Takes what a {@link Depacketizer} makes of the datagrams; called on the thread that feeds it. */
public interface VideoSink {

    /**
     * A complete access unit.
     *
     * @param accessUnit          off-heap memory, valid during the call
     * @param frameIndex          the frame's number on the wire
     * @param frameType           one of {@link FrameHeader}'s {@code FRAME_} constants
     * @param latencyTenthMillis  the host's processing time in 0.1 ms; 0: unknown or a repeat
     * @param rtpTimestamp        90 kHz, unsigned
     */
    void frame(MemorySegment accessUnit, int frameIndex, int frameType, int latencyTenthMillis, int rtpTimestamp);

    /** The decoder can't go on: ask the host for an IDR. */
    void requestIdr();

    /**
     * A block needed recovery, or was given up. Does nothing unless overridden.
     *
     * @param report allocated for this call
     */
    default void block(BlockReport report) {
    }

    /** Frames from {@code first} to {@code last} are lost: ask the host not to refer to them. */
    void invalidate(int first, int last);
}
