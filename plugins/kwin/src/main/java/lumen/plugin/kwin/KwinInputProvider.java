package lumen.plugin.kwin;

import java.time.Duration;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.Evidence;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.InputSink;
import lumen.spi.InputSinkProvider;
import lumen.spi.Probe;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;

/** Drives KWin's pointer and keyboard through {@code org_kde_kwin_fake_input}. */
public final class KwinInputProvider implements InputSinkProvider {
    private static final int RANK = 50;
    private static final Duration SETUP_LIMIT = Duration.ofSeconds(3);

    @Override
    public String id() {
        return KwinProvider.ID;
    }

    @Override
    public Probe probe(HostContext host) {
        return Probe.available(RANK, new Evidence("protocol", "org_kde_kwin_fake_input version 4, asked of KWin when opened"));
    }

    @Override
    public boolean accepts(InputRoute route) {
        return route instanceof InputRoute.KwinFakeInput;
    }

    @Override
    public InputSink open(InputRoute route, DisplayMode mode) {
        if (!(route instanceof InputRoute.KwinFakeInput target)) {
            throw new BackendException("not a route to KWin's fake input: " + route);
        }
        WaylandConnection connection = null;
        try {
            connection = WaylandConnection.connect(target.socket());
            Registry registry = Registry.of(connection, SETUP_LIMIT);
            FakeInput input = FakeInput.of(registry).orElseThrow(() -> new BackendException(
                    "KWin does not let this program drive its pointer and keyboard (org_kde_kwin_fake_input is not offered)"));
            KwinOutputs outputs = new KwinOutputs(connection, registry);
            connection.roundTrip(SETUP_LIMIT);
            return new KwinInputSink(connection, input, outputs, target.output());
        } catch (WaylandException | PosixException | BackendException e) {
            if (connection != null) {
                connection.close();
            }
            throw e instanceof BackendException b ? b : new BackendException("fake input: " + e.getMessage(), e);
        }
    }
}
