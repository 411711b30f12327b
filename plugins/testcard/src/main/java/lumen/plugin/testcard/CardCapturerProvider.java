package lumen.plugin.testcard;

import lumen.spi.Capturer;
import lumen.spi.CapturerProvider;
import lumen.spi.DisplayMode;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.Probe;

/** Captures test-card displays. */
public final class CardCapturerProvider implements CapturerProvider {
    @Override
    public String id() {
        return CardDisplayProvider.ID;
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(CardDisplayProvider.RANK);
    }

    @Override
    public boolean accepts(FrameSource source) {
        return source instanceof CardDisplay;
    }

    @Override
    public Capturer open(FrameSource source, DisplayMode mode, FrameSignal signal) {
        return new CardCapturer((CardDisplay) source, mode, signal);
    }
}
