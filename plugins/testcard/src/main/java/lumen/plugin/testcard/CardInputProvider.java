package lumen.plugin.testcard;

import lumen.spi.DisplayMode;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.InputSink;
import lumen.spi.InputSinkProvider;
import lumen.spi.Probe;

/** Drives test-card displays. */
public final class CardInputProvider implements InputSinkProvider {
    @Override
    public String id() {
        return CardDisplayProvider.ID;
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(CardDisplayProvider.RANK);
    }

    @Override
    public boolean accepts(InputRoute route) {
        return route instanceof CardDisplay;
    }

    @Override
    public InputSink open(InputRoute route, DisplayMode mode) {
        return new CardInput((CardDisplay) route, mode);
    }
}
