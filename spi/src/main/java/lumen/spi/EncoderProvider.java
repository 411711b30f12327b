package lumen.spi;

import java.util.List;

/** Encodes frames. */
public interface EncoderProvider extends Provider {

    /** What can be opened here, best first; never empty after a successful probe. */
    List<EncoderOffer> offers();

    /**
     * Opens an encoder, on the session's video thread.
     *
     * @param offer one of {@link #offers()} that {@linkplain EncoderOffer#meets meets} the settings
     * @throws BackendException if it can't be opened with these settings
     */
    Encoder open(EncoderOffer offer, EncoderSettings settings);
}
