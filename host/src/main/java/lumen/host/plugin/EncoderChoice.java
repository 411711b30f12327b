package lumen.host.plugin;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import lumen.spi.Encoder;
import lumen.spi.EncoderOffer;
import lumen.spi.EncoderProvider;
import lumen.spi.EncoderSettings;
import lumen.spi.FrameKind;

/**
 * One encoder of one backend, for one display.
 *
 * @param provider the backend
 * @param offer    one of its offers
 * @param zeroCopy what it reads of the display's GPU without a CPU touching a pixel; empty if it would need a copy by the
 *                 CPU, or nobody knows which GPU that is
 */
public record EncoderChoice(EncoderProvider provider, EncoderOffer offer, Optional<FrameKind> zeroCopy) {

    /** For a display of which nothing is known. */
    public EncoderChoice(EncoderProvider provider, EncoderOffer offer) {
        this(provider, offer, Optional.empty());
    }

    /** Opens it; as {@link EncoderProvider#open}. */
    public Encoder open(EncoderSettings settings) {
        return provider.open(offer, settings);
    }

    /**
     * Why it comes before others, for log and {@code doctor}.
     *
     * @param others those it is tried before, for the same codec
     */
    public String reason(List<EncoderChoice> others) {
        if (zeroCopy.isEmpty()) {
            return "rank " + offer.rank();
        }
        List<String> passedOver = others.stream().filter(c -> c.zeroCopy.isEmpty() && c.offer.rank() > offer.rank())
                .map(c -> c.offer.name() + " of rank " + c.offer.rank()).toList();
        return "rank " + offer.rank() + ", reads " + zeroCopy.get().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + " of the display's GPU" + (passedOver.isEmpty() ? ""
                        : "; " + String.join(", ", passedOver) + " would need a copy by the CPU");
    }
}
