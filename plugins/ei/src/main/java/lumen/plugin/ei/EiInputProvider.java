package lumen.plugin.ei;

import lumen.ei.EiException;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.Evidence;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.InputSink;
import lumen.spi.InputSinkProvider;
import lumen.spi.Probe;

/** Drives displays whose compositor offers an emulated-input server (EIS). */
public final class EiInputProvider implements InputSinkProvider {
    private static final int RANK = 60;

    @Override
    public String id() {
        return "ei";
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(RANK, new Evidence("protocol", "ei of libei 1.x, asked of the compositor when opened"));
    }

    @Override
    public boolean accepts(InputRoute route) {
        return route instanceof InputRoute.Ei;
    }

    @Override
    public InputSink open(InputRoute route, DisplayMode mode) {
        if (!(route instanceof InputRoute.Ei ei)) {
            throw new BackendException("not a route to an emulated-input server: " + route);
        }
        try {
            return EiSink.open(ei, mode);
        } catch (EiException | PosixException e) {
            throw new BackendException("emulated input: " + e.getMessage(), e);
        }
    }
}
