package lumen.plugin.testcard;

import java.util.Optional;
import lumen.spi.BackendException;
import lumen.spi.DisplayRequest;
import lumen.spi.Evidence;
import lumen.spi.HostContext;
import lumen.spi.Probe;
import lumen.spi.VirtualDisplay;
import lumen.spi.VirtualDisplayProvider;

/** Creates test-card displays. {@code LUMEN_TESTCARD=still} gives static desktops. */
public final class CardDisplayProvider implements VirtualDisplayProvider {
    static final String ID = "testcard";
    /** Below every real compositor. */
    static final int RANK = 10;
    private static final String VARIABLE = "LUMEN_TESTCARD";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Probe probe(HostContext host) {
        try {
            return Probe.available(RANK, new Evidence("picture", still(host) ? "still" : "moving"));
        } catch (BackendException e) {
            return Probe.unavailable(e.getMessage());
        }
    }

    @Override
    public VirtualDisplay create(DisplayRequest request, HostContext host) {
        if (request.mode().width() < 128 || request.mode().height() < 96) {
            throw new BackendException("the test card needs 128x96 pixels or more, not " + request.mode());
        }
        return new CardDisplay(request.mode(), request.session(), still(host));
    }

    private static boolean still(HostContext host) {
        Optional<String> value = host.variable(VARIABLE);
        return switch (value.orElse("moving")) {
            case "moving" -> false;
            case "still" -> true;
            default -> throw new BackendException(VARIABLE + ": " + value.get() + ", allowed: moving, still");
        };
    }
}
