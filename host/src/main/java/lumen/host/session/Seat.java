package lumen.host.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import lumen.host.media.KeptCapture;
import lumen.host.media.StreamDisplay;
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
 * the lock of its {@link ClientPlace}, but for what {@link StreamDisplay} promises.
 */
final class Seat implements StreamDisplay, AutoCloseable {
    private static final Logger LOG = System.getLogger(Seat.class.getName());
    /** How long a compositor may need to come back before the seat is given up. */
    private static final long REPLACE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long REPLACE_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final String name;
    private final App app;
    private final HostContext host;
    private final VirtualDisplayProvider provider;
    private final List<Consumer<VirtualDisplay>> replacementListeners = new CopyOnWriteArrayList<>();
    /** Held while a display is made or closed, for seconds if its compositor needs them. */
    private final ReentrantLock displayLock = new ReentrantLock();
    private final AtomicBoolean replacing = new AtomicBoolean();
    private volatile DisplayRequest request;
    private volatile VirtualDisplay display;
    private volatile Optional<BackendException> givenUp = Optional.empty();
    /** Read without the lock by those who ask whether the seat is alive. */
    private volatile Optional<ChildProcess> process = Optional.empty();
    /** Left by a stream for the next; read and written by their video threads too. */
    private final AtomicReference<KeptCapture> keptCapture = new AtomicReference<>();
    private Optional<Journal.Entry> journalled = Optional.empty();
    private Optional<SeatSink> sink = Optional.empty();
    private volatile boolean closed;
    /** Of the thread that replaces the display. */
    private volatile String lastRefusal = "";

    private Seat(App app, DisplayRequest request, HostContext host, Selection.OpenedDisplay opened) {
        this.name = request.session();
        this.app = app;
        this.request = request;
        this.host = host;
        this.provider = opened.provider();
        this.display = opened.display();
    }

    /**
     * Creates the display on the first backend that can, and starts the app on it.
     *
     * @param request the client's wishes; its app is filled in here
     * @param sound   where the app shall play
     * @param onEnd   called on some thread when the app or the display has ended by itself
     * @throws BackendException if no display can be had or the app can't be started; nothing is left then
     */
    static Seat open(App app, DisplayRequest request, SeatSink.Wish sound, Selection selection, HostContext host, Runnable onEnd) {
        Optional<SeatSink> sink = SeatSink.open(request.session(), sound, !app.command().isEmpty(), selection, host);
        try {
            return open(app, request, sink, selection, host, onEnd);
        } catch (RuntimeException e) {
            sink.ifPresent(SeatSink::close);
            throw e;
        }
    }

    private static Seat open(App app, DisplayRequest request, Optional<SeatSink> sink, Selection selection, HostContext host, Runnable onEnd) {
        Map<String, String> environment = sink.map(SeatSink::environment).orElse(Map.of());
        DisplayRequest wanted = new DisplayRequest(request.mode(), request.session(), request.client(), request.placement(),
                request.output(), app.command().isEmpty() ? Optional.empty() : Optional.of(new DisplayRequest.App(app.command(), environment)));
        Seat seat = new Seat(app, wanted, host, selection.createDisplay(wanted, host, (provider, e) ->
                LOG.log(Level.WARNING, "{0}: no display from {1}: {2}", wanted.session(), provider.id(), e.getMessage())));
        try {
            seat.takeSink(sink, selection);
            seat.pointAtDisplay(selection);
            seat.startApp(onEnd);
            LOG.log(Level.INFO, "{0}: {1} on {2}, {3}", seat.name, app.title(), seat.provider.id(), seat.display.mode());
            return seat;
        } catch (RuntimeException e) {
            seat.close();
            throw e;
        }
    }

    private void takeSink(Optional<SeatSink> offered, Selection selection) {
        sink = offered.filter(s -> s.belongsTo(display, selection));
        if (sink.isEmpty()) {
            offered.ifPresent(SeatSink::close);
        }
    }

    /** Desktops open a program's windows on the output where the pointer is, so the pointer goes to the client's first. */
    private void pointAtDisplay(Selection selection) {
        if (app.command().isEmpty() || !display.replaceable()) {
            return;
        }
        try {
            DisplayMode mode = display.mode();
            display.input().flatMap(route -> selection.input(route).map(driver -> driver.open(route, mode))).ifPresent(sink -> {
                try (sink) {
                    sink.pointerTo(mode.width() / 2, mode.height() / 2, mode.width(), mode.height());
                    sink.flush();
                }
            });
        } catch (BackendException e) {
            LOG.log(Level.DEBUG, "{0}: the pointer stays where it is: {1}", name, e.getMessage());
        }
    }

    private void startApp(Runnable onEnd) {
        if (app.command().isEmpty() || display.runsApp()) {
            return;
        }
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(display.environment());
        sink.ifPresent(s -> environment.putAll(s.environment()));
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

    /** Where the app plays, if that is a sink of its own. */
    Optional<SeatSink> sink() {
        return sink;
    }

    String name() {
        return name;
    }

    App app() {
        return app;
    }

    /** Which backend made the display. */
    String backend() {
        return provider.id();
    }

    @Override
    public VirtualDisplay current() {
        return display;
    }

    /** Called on some thread after another display has taken the place of one that went. */
    void onReplaced(Consumer<VirtualDisplay> listener) {
        replacementListeners.add(listener);
    }

    void removeListener(Consumer<VirtualDisplay> listener) {
        replacementListeners.remove(listener);
    }

    /** The app still runs (the bare desktop always does), and so does its display, or another can take its place. */
    boolean alive() {
        return (display.alive() || display.replaceable() && givenUp.isEmpty()) && process.map(ChildProcess::alive).orElse(true);
    }

    /**
     * Brings the display to a client's mode: in place if the compositor can, else by a new display, unless an
     * app would end with the old one. The picture is scaled then.
     *
     * @throws BackendException if the old display had to go and no new one can be had
     */
    void fit(DisplayMode mode) {
        displayLock.lock();
        try {
            boolean usable = display.alive();
            if (usable && fitsInPlace(mode)) {
                request = with(mode);
                return;
            }
            if (usable && (process.isPresent() || display.runsApp()) && !display.replaceable()) {
                LOG.log(Level.INFO, "{0}: the display stays at {1} for the sake of {2}; the picture is scaled to {3}", name,
                        display.mode(), app.title(), mode);
                return;
            }
            request = with(mode);
            closeDisplay();
            display = provider.create(request, host);
        } finally {
            displayLock.unlock();
        }
    }

    /** True if nothing more is to be done. */
    private boolean fitsInPlace(DisplayMode mode) {
        try {
            return mode.equals(request.mode()) || display.tryResize(mode);
        } catch (BackendException e) {
            LOG.log(Level.INFO, "{0}: {1}; the picture is scaled to {2}", name, e.getMessage(), mode);
            return true;
        }
    }

    private DisplayRequest with(DisplayMode mode) {
        return new DisplayRequest(mode, name, request.client(), request.placement(), request.output(), request.app());
    }

    @Override
    public Optional<VirtualDisplay> replacement(VirtualDisplay gone) {
        VirtualDisplay now = display;
        if (now != gone && now.alive()) {
            return Optional.of(now);
        }
        if (!gone.replaceable()) {
            throw new BackendException("the compositor has gone" + lastWords().stream().reduce((a, b) -> b).map(l -> ": " + l).orElse(""));
        }
        if (givenUp.isPresent()) {
            throw givenUp.get();
        }
        if (!closed && replacing.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("lumen-" + name + "-display").start(() -> {
                try {
                    replace(gone);
                } finally {
                    replacing.set(false);
                }
            });
        }
        return Optional.empty();
    }

    /** Closes a display and makes another like it, as soon as its compositor is back. */
    private void replace(VirtualDisplay gone) {
        long deadline = System.nanoTime() + REPLACE_NANOS;
        while (!replaceNow(gone)) {
            if (System.nanoTime() - deadline > 0) {
                givenUp = Optional.of(new BackendException("no new display within "
                        + TimeUnit.NANOSECONDS.toSeconds(REPLACE_NANOS) + " s: " + lastRefusal));
                return;
            }
            LockSupport.parkNanos(REPLACE_AGAIN_NANOS);
        }
    }

    /** True if nothing is left to be done. */
    private boolean replaceNow(VirtualDisplay gone) {
        displayLock.lock();
        try {
            if (closed || display != gone) {
                return true;
            }
            closeDisplay();
            display = provider.create(request, host);
            LOG.log(Level.INFO, "{0}: a new display, {1}", name, display.mode());
        } catch (BackendException e) {
            lastRefusal = e.getMessage();
            return false;
        } finally {
            displayLock.unlock();
        }
        replacementListeners.forEach(listener -> listener.accept(display));
        return true;
    }

    @Override
    public Optional<KeptCapture> takeCapture(VirtualDisplay wanted) {
        Optional<KeptCapture> kept = Optional.ofNullable(keptCapture.getAndSet(null));
        kept.filter(k -> !k.fits(wanted)).ifPresent(KeptCapture::close);
        return kept.filter(k -> k.fits(wanted));
    }

    @Override
    public boolean keepCapture(KeptCapture capture) {
        KeptCapture overtaken = keptCapture.getAndSet(capture);
        if (overtaken != null) {
            overtaken.close();
        }
        return true;
    }

    private void closeDisplay() {
        KeptCapture kept = keptCapture.getAndSet(null);
        if (kept != null) {
            kept.close();
        }
        display.close();
    }

    /** The words for a user whose app has ended. */
    List<String> lastWords() {
        return process.map(p -> p.logTail().lines().toList()).orElseGet(display::lastWords);
    }

    @Override
    public void close() {
        process.ifPresent(ChildProcess::close);
        journalled.ifPresent(Journal.Entry::close);
        sink.ifPresent(SeatSink::close);
        closed = true;
        displayLock.lock();
        try {
            closeDisplay();
        } finally {
            displayLock.unlock();
        }
    }
}
