package lumen.spi;

import java.lang.foreign.MemorySegment;

/** Takes encoded frames. */
@FunctionalInterface
public interface AccessUnitSink {
    /**
     * One access unit: Annex B for H.264 and HEVC, a temporal unit for AV1.
     *
     * @param data off-heap memory owned by the encoder, valid during the call only; exactly one access unit
     * @param idr  true if a decoder can start here
     */
    void accept(MemorySegment data, boolean idr);
}
