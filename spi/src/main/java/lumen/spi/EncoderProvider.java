package lumen.spi;

import java.util.List;

/** Encodes frames. */
public interface EncoderProvider extends Provider {

    /** What can be opened here, best first; never empty after a successful probe. */
    List<EncoderOffer> offers();

    /**
     * Which of the frames that an offer reads get there from a compositor's GPU without a CPU touching a pixel; none if
     * each would be downloaded or uploaded, as for an encoder on another GPU, or on the CPU. Where there are several GPUs,
     * the host prefers encoders that have some. Any thread.
     *
     * @param renderDevice {@code dev_t} of the DRM device the compositor renders on
     */
    default List<FrameKind> zeroCopyKinds(EncoderOffer offer, long renderDevice) {
        return offer.reads().stream().filter(kind -> kind != FrameKind.SYSTEM_MEMORY).toList();
    }

    /**
     * Opens an encoder, on the session's video thread.
     *
     * @param offer one of {@link #offers()} that {@linkplain EncoderOffer#meets meets} the settings
     * @throws BackendException if it can't be opened with these settings
     */
    Encoder open(EncoderOffer offer, EncoderSettings settings);
}
