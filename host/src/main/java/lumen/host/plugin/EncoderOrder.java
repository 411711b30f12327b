package lumen.host.plugin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import lumen.spi.EncoderOffer;
import lumen.spi.EncoderProvider;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameKind;

/**
 * Orders encoders for a display. Those that get its frames without a CPU touching a pixel come first, then rank decides: with
 * several GPUs, the encoder beside the compositor's memory goes before a better one that each frame would be uploaded to.
 */
final class EncoderOrder {
    private static final System.Logger LOG = System.getLogger(EncoderOrder.class.getName());

    private final Set<FrameKind> imported;
    private final OptionalLong renderDevice;

    private EncoderOrder(List<FrameImporterProvider> importers, OptionalLong renderDevice) {
        this.renderDevice = renderDevice;
        imported = EnumSet.noneOf(FrameKind.class);
        renderDevice.ifPresent(device -> importers.forEach(p -> imported.addAll(asked(p.id(), () -> p.zeroCopyKinds(device)))));
        imported.remove(FrameKind.SYSTEM_MEMORY);
    }

    /**
     * The offers of all encoders, best first.
     *
     * @param importers    those a session may use
     * @param renderDevice of the display; empty: rank alone decides
     */
    static List<EncoderChoice> of(List<EncoderProvider> encoders, List<FrameImporterProvider> importers,
                                  OptionalLong renderDevice) {
        EncoderOrder order = new EncoderOrder(importers, renderDevice);
        List<EncoderChoice> choices = new ArrayList<>();
        for (EncoderProvider provider : encoders) {
            provider.offers().forEach(offer -> choices.add(new EncoderChoice(provider, offer, order.zeroCopy(provider, offer))));
        }
        choices.sort(Comparator.comparing((EncoderChoice c) -> c.zeroCopy().isEmpty())
                .thenComparing(Comparator.comparingInt((EncoderChoice c) -> c.offer().rank()).reversed()));
        return List.copyOf(choices);
    }

    private Optional<FrameKind> zeroCopy(EncoderProvider provider, EncoderOffer offer) {
        if (imported.isEmpty()) {
            return Optional.empty();
        }
        return asked(provider.id(), () -> provider.zeroCopyKinds(offer, renderDevice.getAsLong())).stream()
                .filter(imported::contains).findFirst();
    }

    /** A plug-in that fails at this answers nothing: its encoder can be used all the same. */
    private static List<FrameKind> asked(String id, Supplier<List<FrameKind>> question) {
        try {
            return question.get();
        } catch (RuntimeException | LinkageError e) {
            LOG.log(System.Logger.Level.WARNING, "{0} gives no answer and counts as needing the CPU: {1}", id, e.toString());
            return List.of();
        }
    }
}
