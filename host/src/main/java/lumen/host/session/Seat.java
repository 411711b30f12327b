package lumen.host.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.host.plugin.Selection;
import lumen.host.session.AppCatalog.App;
import lumen.posix.ChildProcess;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.HostContext;
import lumen.spi.Journal;
import lumen.spi.VirtualDisplay;
import lumen.spi.VirtualDisplayProvider;

/**
 * What one client has running: an app on a display of its own. It outlives the streams on it, which come
 * and go as the client does, until the client quits the app, the app ends, or the host stops. Used under
 * the lock of its {@link SessionDirectory}.
 */
final class Seat implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Seat.class.getName());

    private final String name;
    private final App app;
    private final VirtualDisplayProvider provider;
    private volatile VirtualDisplay display;
    /** Read without the lock by those who ask whether the seat is alive. */
    private volatile Optional<ChildProcess> process = Optional.empty();
    private Optional<Journal.Entry> journalled = Optional.empty();

    private Seat(String name, App app, VirtualDisplayProvider provider, VirtualDisplay display) {
        this.name = name;
        this.app = app;
        this.provider = provider;
        this.display = display;
    }

    /**
     * Creates the display on the first backend that can, and starts the app on it.
     *
     * @param name    short name of the client's seat, for threads, sockets and logs
     * @param onEnd   called on some thread when the app or the display has ended by itself
     * @throws BackendException if no display can be had or the app can't be started; nothing is left then
     */
    static Seat open(String name, App app, DisplayMode mode, Selection selection, HostContext host, Runnable onEnd) {
        Selection.OpenedDisplay opened = selection.createDisplay(DisplayRequest.of(mode, name), host, (provider, e) ->
                LOG.log(Level.WARNING, "{0}: no display from {1}: {2}", name, provider.id(), e.getMessage()));
        Seat seat = new Seat(name, app, opened.provider(), opened.display());
        try {
            seat.startApp(host, onEnd);
            LOG.log(Level.INFO, "{0}: {1} on {2}, {3}", name, app.title(), seat.provider.id(), seat.display.mode());
            return seat;
        } catch (RuntimeException e) {
            seat.close();
            throw e;
        }
    }

    private void startApp(HostContext host, Runnable onEnd) {
        if (app.command().isEmpty()) {
            return;
        }
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(display.environment());
        try {
            ChildProcess child = ChildProcess.start("app-" + name, app.command(), environment,
                    Path.of(System.getProperty("user.home")),
                    (pid, ticks) -> journalled = Optional.of(host.journal().process(app.title() + " of " + name, pid, ticks)));
            process = Optional.of(child);
            child.onExit(onEnd);
        } catch (PosixException e) {
            throw new BackendException(app.title() + " can't be started: " + e.getMessage(), e);
        }
    }

    String name() {
        return name;
    }

    App app() {
        return app;
    }

    VirtualDisplay display() {
        return display;
    }

    /** The app still runs (the bare desktop always does) and so does its display. */
    boolean alive() {
        return display.alive() && process.map(ChildProcess::alive).orElse(true);
    }

    /**
     * Brings the display to a client's mode: in place if the compositor can, else by a new display, unless an
     * app would end with the old one. The picture is scaled then.
     *
     * @throws BackendException if the old display had to go and no new one can be had
     */
    void fit(DisplayMode mode, HostContext host) {
        if (mode.equals(display.mode()) || display.tryResize(mode)) {
            return;
        }
        if (process.isPresent()) {
            LOG.log(Level.INFO, "{0}: the display stays at {1} for the sake of {2}; the picture is scaled to {3}", name,
                    display.mode(), app.title(), mode);
            return;
        }
        display.close();
        display = provider.create(DisplayRequest.of(mode, name), host);
    }

    /** The words for a user whose app has ended. */
    List<String> lastWords() {
        return process.map(p -> p.logTail().lines().toList()).orElse(List.of());
    }

    @Override
    public void close() {
        process.ifPresent(ChildProcess::close);
        journalled.ifPresent(Journal.Entry::close);
        display.close();
    }
}
