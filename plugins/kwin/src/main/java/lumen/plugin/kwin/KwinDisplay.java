package lumen.plugin.kwin;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.DisplayRequest;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.VirtualDisplay;
import lumen.wayland.Output;
import lumen.wayland.Proxy;
import lumen.wayland.RenderDevice;

/** An output of the user's KWin that a session streams: one made for it, or one that is there. */
final class KwinDisplay implements VirtualDisplay {
    private static final System.Logger LOG = System.getLogger(KwinDisplay.class.getName());
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration CHANGE = Duration.ofSeconds(8);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final Duration VANISH = Duration.ofSeconds(2);
    private static final int SHORT_CLIENT = 8;

    private final KwinConnection connection;
    private final SessionSocket socket;
    private final DisplayRequest request;
    private ScreencastStream stream;
    private KwinOutput output;
    private Proxy management;
    private Arrangement arrangement;
    private Optional<FakeInput> pointer = Optional.empty();
    private Optional<EisRoute> eis = Optional.empty();
    private OptionalLong renderDevice = OptionalLong.empty();
    private boolean made;
    private boolean closed;
    private volatile DisplayMode mode;
    private volatile String end = "";

    private KwinDisplay(KwinConnection connection, SessionSocket socket, DisplayRequest request) {
        this.connection = connection;
        this.socket = socket;
        this.request = request;
    }

    /** @throws BackendException if KWin can't show that mode or has no such output; nothing has changed then */
    static KwinDisplay open(DisplayRequest request, HostContext host) {
        ModeLimits.check(request.mode());
        SessionSocket socket = SessionSocket.of(host);
        KwinDisplay display = new KwinDisplay(KwinConnection.open(socket.path(), request.session() + "-kwin"), socket, request);
        try {
            display.connection.call(() -> display.start(host), START);
            display.connection.afterEvents(display::look);
            display.reach(host);
            return display;
        } catch (BackendException e) {
            display.close();
            throw e;
        }
    }

    private Void start(HostContext host) {
        management = OutputChange.management(connection);
        renderDevice = RenderDevice.of(connection.wayland(), connection.registry(), KwinConnection.ANSWER);
        if (request.output().isPresent()) {
            join(request.output().get());
        } else {
            make();
        }
        arrangement = new Arrangement(connection, management, socket.path(), output.name(), request, host);
        arrangement.make();
        mode = modeNow().orElseThrow(() -> new BackendException("output " + output.name() + " is switched off"));
        pointer = FakeInput.of(connection.registry());
        // Windows open where the pointer is; a client's first relative move begins there too.
        pointer.ifPresent(p -> output.area().ifPresent(a -> p.place(a.centreX(), a.centreY())));
        connection.wayland().roundTrip(KwinConnection.ANSWER);
        return null;
    }

    /** What goes over D-Bus. */
    private void reach(HostContext host) {
        if (made) {
            SessionWindows.bring(request, output.name(), host);
        }
        if (pointer.isEmpty()) {
            KwinOutput.Area area = connection.call(() -> output.area().orElseThrow(() -> new BackendException("no area")),
                    KwinConnection.ANSWER);
            eis = EisRoute.open(host, area);
        }
    }

    private void join(String name) {
        output = connection.outputs().named(name).orElseThrow(() -> new BackendException("KWin has no output " + name + ", but "
                + connection.outputs().all().stream().map(KwinOutput::name).toList()));
        if (!output.enabled()) {
            throw new BackendException("output " + name + " is switched off");
        }
        Output target = Output.named(name, connection.wayland(), connection.registry(), KwinConnection.ANSWER);
        stream = ScreencastStream.ofOutput(connection, target.proxy());
        stream.awaitNode();
    }

    private void make() {
        Set<String> taken = connection.outputs().all().stream().map(KwinOutput::name).collect(Collectors.toSet());
        String asked = OutputName.of(request.client(), taken);
        stream = ScreencastStream.ofVirtualOutput(connection, asked,
                "lumen " + request.client().substring(0, Math.min(SHORT_CLIENT, request.client().length())),
                request.mode().width(), request.mode().height());
        made = true;
        stream.awaitNode();
        connection.await("announced its new output", () -> find(asked).isPresent(), KwinConnection.ANSWER);
        output = find(asked).orElseThrow();
        Optional<String> problem = new ModeFitting(connection, management, output).fit(request.mode());
        DisplayMode real = output.mode().orElseThrow(() -> new BackendException("KWin gives its new output no mode"));
        if (!ModeFitting.sameSize(real, request.mode())) {
            throw new BackendException("KWin can't show " + request.mode() + "; the nearest it can is " + real
                    + problem.map(p -> ": " + p).orElse(""));
        }
        problem.ifPresent(p -> LOG.log(System.Logger.Level.INFO, "output {0} has {1} where {2} was asked for: {3}", output.name(),
                real, request.mode(), p));
    }

    private Optional<KwinOutput> find(String asked) {
        return connection.outputs().all().stream().filter(o -> o.described() && OutputName.matches(o.name(), asked)).findFirst();
    }

    /** A turned output streams its picture upright. */
    private Optional<DisplayMode> modeNow() {
        return output.mode().map(m -> (output.transform() & 1) == 0 ? m
                : new DisplayMode(m.height(), m.width(), m.refreshMilliHz()));
    }

    /** After each batch of events: the user may change the output too. On the connection's thread. */
    private void look() {
        if (stream.ended() || output.removed()) {
            end = "KWin has ended the stream of output " + output.name();
        }
        modeNow().filter(m -> !m.equals(mode)).ifPresent(m -> mode = m);
    }

    @Override
    public DisplayMode mode() {
        return mode;
    }

    @Override
    public FrameSource source() {
        return new FrameSource.PipeWireNode(stream.serial(), stream.node(), Optional.empty());
    }

    @Override
    public OptionalLong renderDevice() {
        return renderDevice;
    }

    @Override
    public Optional<InputRoute> input() {
        return pointer.<InputRoute>map(p -> new InputRoute.KwinFakeInput(socket.path(), output.name())).or(() -> eis);
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(socket.environment());
        environment.put(SessionWindows.MARK, SessionWindows.mark(request));
        return Map.copyOf(environment);
    }

    /** The programs are the user's desktop's. */
    @Override
    public boolean replaceable() {
        return true;
    }

    /** Only what can be had in place: KWin computes modes as for a monitor, which rounds most widths to multiples of 8. */
    @Override
    public boolean tryResize(DisplayMode wanted) {
        if (!made || !ModeLimits.legal(wanted) || !alive()) {
            return alive() && wanted.equals(mode);
        }
        DisplayMode before = mode;
        try {
            boolean resized = connection.call(() -> {
                ModeFitting fitting = new ModeFitting(connection, management, output);
                Optional<String> problem = fitting.fit(wanted);
                if (problem.isPresent()) {
                    LOG.log(System.Logger.Level.DEBUG, "output {0} is made anew for {1}: {2}", output.name(), wanted,
                            problem.get());
                    return false;
                }
                return true;
            }, CHANGE);
            connection.call(() -> {
                look();
                return null;
            }, CHANGE);
            return resized;
        } catch (BackendException e) {
            LOG.log(System.Logger.Level.WARNING, "no resize from {0} to {1}: {2}", before, wanted, e.getMessage());
            return false;
        }
    }

    @Override
    public boolean alive() {
        return end.isEmpty() && connection.alive();
    }

    @Override
    public List<String> lastWords() {
        String words = end.isEmpty() ? connection.end() : end;
        return words.isEmpty() ? List.of() : List.of(words);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            connection.call(this::end, CLOSE);
        } catch (BackendException e) {
            LOG.log(System.Logger.Level.DEBUG, "the display of session {0} ends without a word: {1}", request.session(),
                    e.getMessage());
        }
        connection.close();
        eis.ifPresent(EisRoute::close);
        if (arrangement != null) {
            arrangement.abandon(connection.end());
        }
    }

    /** Leaves without a word, as a killed host does. */
    void hangUp() {
        connection.close();
    }

    private Void end() {
        if (arrangement != null) {
            arrangement.undo();
        }
        if (stream != null) {
            stream.close();
        }
        if (made && output != null) {
            connection.await("unplugged output " + output.name(), output::removed, VANISH);
        }
        return null;
    }
}
