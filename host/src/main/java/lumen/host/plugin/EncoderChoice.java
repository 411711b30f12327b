package lumen.host.plugin;

import lumen.spi.Encoder;
import lumen.spi.EncoderOffer;
import lumen.spi.EncoderProvider;
import lumen.spi.EncoderSettings;

/**
 * One encoder of one backend.
 *
 * @param provider the backend
 * @param offer    one of its offers
 */
public record EncoderChoice(EncoderProvider provider, EncoderOffer offer) {

    /** Opens it; as {@link EncoderProvider#open}. */
    public Encoder open(EncoderSettings settings) {
        return provider.open(offer, settings);
    }
}
