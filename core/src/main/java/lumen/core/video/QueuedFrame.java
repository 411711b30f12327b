package lumen.core.video;

/** A frame that waits in a {@link DatagramRing}: where its datagrams are, and when it passed each stage. */
public final class QueuedFrame {
    long offset;
    int datagrams;
    long endSlot;
    int frameIndex;
    boolean idr;

    /** When the compositor had the frame ready; for a repeat, when the repeat began. */
    public long captureNanos;
    /** When the video thread took the frame from its capturer. */
    public long takenNanos;
    /** When the importer was done. */
    public long importedNanos;
    /** When the encoder handed over the access unit. */
    public long encodedNanos;
    /** When the datagrams were ready. */
    public long packetizedNanos;
    /** The same picture as the frame before. */
    public boolean repeat;

    /** Offset of the first datagram in the ring's memory. */
    public long offset() {
        return offset;
    }

    /** Datagrams, data and parity. */
    public int datagrams() {
        return datagrams;
    }

    /** The frame's number on the wire, from 1. */
    public int frameIndex() {
        return frameIndex;
    }

    /** True if a decoder can start here. */
    public boolean idr() {
        return idr;
    }
}
