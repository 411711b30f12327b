package lumen.host.cli;

import java.util.List;
import java.util.OptionalLong;
import lumen.host.plugin.Candidate;
import lumen.host.plugin.EncoderChoice;
import lumen.host.plugin.Kind;
import lumen.host.plugin.Selection;
import lumen.spi.Provider;
import lumen.spi.VirtualDisplayProvider;

/** Says in a line or two what sessions will use and why the better-known alternative is not it. */
final class ChainDescription {
    private final Selection selection;

    ChainDescription(Selection selection) {
        this.selection = selection;
    }

    /** Such as {@code testcard → cpu-fallback → ffmpeg (libx264)}. */
    String line() {
        VirtualDisplayProvider display = selection.displays().getFirst();
        EncoderChoice encoder = selection.encoders(OptionalLong.empty()).getFirst();
        return display.id() + " → " + selection.importers().getFirst().id() + " → " + encoder.provider().id() + " ("
                + encoder.offer().name() + ")";
    }

    /** Why the displays ranked above the chosen one can't be had, one line each. */
    List<String> refusedDisplays() {
        Provider chosen = selection.displays().getFirst();
        return selection.ledger().all(Kind.DISPLAY).stream()
                .filter(c -> !c.id().equals(chosen.id()) && !c.usable())
                .map(ChainDescription::why).toList();
    }

    private static String why(Candidate c) {
        return c.id() + ": " + c.reason().orElse("no reason given") + c.remedy().map(r -> " (" + r + ")").orElse("");
    }
}
