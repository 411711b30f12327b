package lumen.plugin.mutter;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lumen.dbus.DBusConnection;
import lumen.dbus.DBusException;
import lumen.dbus.Subscription;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.HostContext;
import lumen.spi.Journal;

/**
 * Brings a session's monitor to where it belongs as soon as Mutter has made it, which is when its stream is first consumed,
 * and brings the user's own back when it has gone. Works on a thread of its own, {@code lumen-<session>-monitors}.
 */
final class MonitorPlacement implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MonitorPlacement.class.getName());
    private static final long VANISH_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int ATTEMPTS = 3;
    private static final double UNSCALED = 1;
    /** Connectors of other sessions of this host. */
    private static final Set<String> CLAIMED = ConcurrentHashMap.newKeySet();

    private final DBusConnection bus;
    private final DisplayRequest request;
    private final HostContext host;
    private final Set<String> before;
    private final ExecutorService thread;
    private final Subscription changes;
    private volatile DisplayMode mode;
    private Optional<String> own = Optional.empty();
    /** What was there when the layout was last brought in order: then the user may change it. */
    private Set<String> settled = Set.of();
    /** Where Mutter put the monitor. */
    private Optional<Layouts.Offset> given = Optional.empty();
    /** It was brought to where the client had it last. */
    private boolean returned;
    private List<LogicalMonitor> original = List.of();
    private Optional<Journal.Entry> journalled = Optional.empty();

    /** @param request for a virtual monitor, which doesn't exist yet */
    MonitorPlacement(DBusConnection bus, DisplayRequest request, HostContext host) {
        this.bus = bus;
        this.request = request;
        this.host = host;
        mode = request.mode();
        DisplayState state = DisplayState.read(bus);
        before = new HashSet<>(state.connectors());
        original = state.layout();
        thread = Executors.newSingleThreadExecutor(r -> Thread.ofPlatform().daemon().name("lumen-" + request.session() + "-monitors").unstarted(r));
        changes = bus.subscribe(DisplayState.DISPLAY_CONFIG, DisplayState.DISPLAY_CONFIG_PATH, DisplayState.DISPLAY_CONFIG, "MonitorsChanged",
                m -> later());
    }

    /** The stream's consumer will ask for another size. Any thread. */
    void resized(DisplayMode now) {
        mode = now;
    }

    /** On the bus's thread. */
    private void later() {
        try {
            thread.execute(this::settle);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.TRACE, "monitors have changed after the end");
        }
    }

    private void settle() {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                settleOnce();
                return;
            } catch (DBusException e) {
                // Also if the layout has changed since it was read.
                LOG.log(attempt < ATTEMPTS ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                        "Mutter did not take the layout for {0}: {1}", request.session(), e.getMessage());
            }
        }
    }

    private void settleOnce() {
        DisplayState state = DisplayState.read(bus);
        before.retainAll(state.connectors());
        if (own.isPresent() && state.monitor(own.get()).isEmpty()) {
            CLAIMED.remove(own.get());
            own = Optional.empty();
        }
        if (own.isEmpty()) {
            own = find(state);
        }
        Optional<DisplayState.Monitor> monitor = own.flatMap(state::monitor);
        if (monitor.isEmpty() || state.shownBy(own.get()).isEmpty()) {
            return;
        }
        Set<String> now = new HashSet<>(state.connectors());
        now.add(monitor.get().mode());
        if (now.equals(settled)) {
            return;
        }
        given = offset(state);
        List<LogicalMonitor> wanted = Layouts.placed(state, own.get(), request.placement(), noted("scale").map(Double::parseDouble)
                .map(OptionalDouble::of).orElse(OptionalDouble.empty()), notedOffset());
        if (!Set.copyOf(wanted).equals(Set.copyOf(state.layout()))) {
            if (request.placement() != DisplayRequest.Placement.EXTEND && journalled.isEmpty()) {
                journalled = Optional.of(host.journal().change(MutterProvider.ID, "layout of the monitors for " + request.session(),
                        LogicalMonitor.details(original)));
            }
            state.apply(bus, wanted);
            returned = notedOffset().isPresent();
        }
        settled = now;
    }

    /** The newcomer of the right size that is nobody else's. */
    private Optional<String> find(DisplayState state) {
        DisplayState.Size size = new DisplayState.Size(mode.width(), mode.height());
        List<DisplayState.Monitor> newcomers = state.monitors().stream().filter(m -> m.remote() && !before.contains(m.connector())).toList();
        return newcomers.stream().filter(m -> m.sizes().containsValue(size))
                .map(DisplayState.Monitor::connector).filter(CLAIMED::add).findFirst();
    }

    private Optional<Layouts.Offset> offset(DisplayState state) {
        return own.flatMap(state::shownBy).flatMap(mine -> Layouts.anchor(state.layout(), own.get())
                .map(a -> new Layouts.Offset(mine.x() - a.x(), mine.y() - a.y())));
    }

    private Optional<String> noted(String what) {
        return host.notes().get(key(what)).filter(text -> text.matches("-?\\d{1,6}(\\.\\d{1,20})?( -?\\d{1,6})?"));
    }

    private Optional<Layouts.Offset> notedOffset() {
        return noted("position").map(text -> text.split(" ")).filter(words -> words.length == 2)
                .map(words -> new Layouts.Offset(Integer.parseInt(words[0]), Integer.parseInt(words[1])));
    }

    private String key(String what) {
        return MutterProvider.ID + "/" + request.client() + "/" + what;
    }

    /** Notes what the user has made of the monitor, while it is still there. */
    void remember() {
        run(() -> {
            DisplayState state = DisplayState.read(bus);
            Optional<LogicalMonitor> mine = own.flatMap(state::shownBy);
            if (mine.isEmpty() || request.placement() == DisplayRequest.Placement.ONLY) {
                return;
            }
            note("scale", mine.get().scale() == UNSCALED ? "" : Double.toString(mine.get().scale()));
            Optional<Layouts.Offset> now = offset(state);
            if (now.isPresent() && !now.equals(given)) {
                note("position", now.get().x() + " " + now.get().y());
            } else if (returned) {
                note("position", "");
            }
        });
    }

    private void note(String what, String text) {
        if (!host.notes().get(key(what)).orElse("").equals(text)) {
            host.notes().put(key(what), text);
        }
    }

    /** After the session has ended: waits until its monitor has gone, and undoes what was changed for it. */
    @Override
    public void close() {
        changes.close();
        run(this::restore);
        thread.shutdown();
        own.ifPresent(CLAIMED::remove);
    }

    private void restore() {
        DisplayState state;
        try {
            state = vanished();
        } catch (DBusException e) {
            if (e.name().equals(DBusException.SERVICE_UNKNOWN)) {
                // The change was Mutter's, and temporary: it has gone with it.
                journalled.ifPresent(Journal.Entry::close);
                return;
            }
            throw e;
        }
        if (journalled.isPresent()) {
            restore(bus, state, original);
            journalled.get().close();
        }
    }

    /** The state without the session's monitor, which the next session might take for its own. */
    private DisplayState vanished() {
        long deadline = System.nanoTime() + VANISH_NANOS;
        DisplayState state = DisplayState.read(bus);
        while (own.flatMap(state::monitor).isPresent() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            state = DisplayState.read(bus);
        }
        return state;
    }

    /** Brings a layout back, unless it is there. */
    static void restore(DBusConnection bus, DisplayState state, List<LogicalMonitor> layout) {
        List<LogicalMonitor> wanted = Layouts.restored(state, layout);
        if (!wanted.isEmpty() && !Set.copyOf(wanted).equals(Set.copyOf(state.layout()))) {
            state.apply(bus, wanted);
        }
    }

    /** On the thread of this placement, in its turn; waits for the end. */
    private void run(Runnable work) {
        try {
            thread.submit(work).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.log(System.Logger.Level.WARNING, "the monitors of {0} were left as they are: {1}", request.session(), e.getCause().getMessage());
        }
    }
}
