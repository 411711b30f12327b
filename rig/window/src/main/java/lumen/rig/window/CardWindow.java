package lumen.rig.window;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import lumen.wayland.EventArguments;
import lumen.wayland.EventHandler;
import lumen.wayland.Output;
import lumen.wayland.Proxy;
import lumen.wayland.Registry;
import lumen.wayland.SurfaceProtocol;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WaylandProtocol;
import lumen.wayland.XdgShellProtocol;

/**
 * A window with the test card, on one thread: opened, {@link #run} and closed there; only {@link #stop} may come
 * from another. On a scaled output it paints at the output's own pixels, if the compositor has {@code wp_viewporter}.
 */
public final class CardWindow implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Size where the compositor leaves it to the window. */
    private static final int DEFAULT_WIDTH = 1280;
    private static final int DEFAULT_HEIGHT = 720;
    /** Frames between two {@code frame} lines. */
    private static final int REPORT_EVERY = 60;

    private final WaylandConnection connection;
    private final Options options;
    private final Consumer<String> log;
    private final Proxy shm;
    private final List<Output> outputs;
    private final Proxy surface;
    private final Proxy xdgSurface;
    private final Optional<Proxy> viewport;
    private final CardInput input;
    private volatile boolean stopping;

    /** As the compositor configured it, in logical units. */
    private int width;
    private int height;
    private boolean configured;
    /** What the buffers were made for. */
    private int pixelWidth;
    private int pixelHeight;
    private int shownWidth;
    private int shownHeight;
    private int enteredOutput;
    private CardBuffers buffers;
    /** Of the size before, shown until the first of the new size is. */
    private CardBuffers outgrown;
    private boolean callbackPending;
    private boolean due = true;
    private int counter;
    private int reported = -1;

    private CardWindow(WaylandConnection connection, Options options, Consumer<String> log) {
        this.connection = connection;
        this.options = options;
        this.log = log;
        Registry registry = Registry.of(connection, LIMIT);
        Proxy compositor = registry.require(SurfaceProtocol.COMPOSITOR, 4, EventHandler.NONE);
        shm = registry.require(WaylandProtocol.SHM, 1, EventHandler.NONE);
        Proxy base = registry.require(XdgShellProtocol.WM_BASE, 1,
                (o, opcode, e) -> o.request(XdgShellProtocol.WM_BASE_PONG).u32(e.u32()).send());
        outputs = Output.all(connection, registry, LIMIT);
        surface = compositor.child(SurfaceProtocol.SURFACE, this::surfaceEvent);
        compositor.request(SurfaceProtocol.COMPOSITOR_CREATE_SURFACE).newId(surface).send();
        viewport = registry.find(SurfaceProtocol.VIEWPORTER).map(global -> {
            Proxy viewporter = registry.bind(global, SurfaceProtocol.VIEWPORTER, EventHandler.NONE);
            Proxy made = viewporter.child(SurfaceProtocol.VIEWPORT, EventHandler.NONE);
            viewporter.request(SurfaceProtocol.VIEWPORTER_GET_VIEWPORT).newId(made).object(surface).send();
            return made;
        });
        input = new CardInput(registry, new PointerImage(compositor, shm, options.cursor()), log, () -> due = true);
        xdgSurface = base.child(XdgShellProtocol.XDG_SURFACE, this::configured);
        base.request(XdgShellProtocol.WM_BASE_GET_XDG_SURFACE).newId(xdgSurface).object(surface).send();
        toplevel();
    }

    private void toplevel() {
        Proxy toplevel = xdgSurface.child(XdgShellProtocol.TOPLEVEL, this::toplevelEvent);
        xdgSurface.request(XdgShellProtocol.XDG_SURFACE_GET_TOPLEVEL).newId(toplevel).send();
        toplevel.request(XdgShellProtocol.TOPLEVEL_SET_TITLE).string("lumen test card").send();
        toplevel.request(XdgShellProtocol.TOPLEVEL_SET_APP_ID).string("lumen-rig-window").send();
        if (options.fillsOutput()) {
            Proxy output = options.output().map(name -> outputs.stream().filter(o -> o.name().equals(name)).findFirst()
                    .orElseThrow(() -> new WaylandException("the compositor has no output " + name + ", but "
                            + outputs.stream().map(Output::name).toList())).proxy()).orElse(null);
            toplevel.request(XdgShellProtocol.TOPLEVEL_SET_FULLSCREEN).object(output).send();
        }
        surface.request(SurfaceProtocol.SURFACE_COMMIT).send();
    }

    /**
     * Opens a window; it is shown once {@link #run} is called.
     *
     * @param log takes one line an event, on the window's thread
     * @throws WaylandException if the compositor can't be reached or lacks something
     */
    public static CardWindow open(Path socket, Options options, Consumer<String> log) {
        WaylandConnection connection = WaylandConnection.connect(socket);
        try {
            return new CardWindow(connection, options, log);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Shows the card until {@link #stop}, the end of the time, or the compositor's wish. */
    public void run() {
        long begin = System.nanoTime();
        long interval = options.hertz() == 0 ? 0 : 1_000_000_000L / options.hertz();
        long next = begin;
        long limit = options.seconds().toNanos();
        while (!stopping) {
            long now = System.nanoTime();
            if (limit > 0 && now - begin >= limit) {
                return;
            }
            if (interval > 0 && now >= next) {
                due = true;
                next = Math.max(next + interval, now);
            }
            if (configured) {
                resize();
                if (due && (interval > 0 || !callbackPending) && paint(now)) {
                    due = !options.still() && interval == 0;
                }
            }
            long wait = Math.min(limit > 0 ? begin + limit - now : Long.MAX_VALUE, interval > 0 ? next - now : Long.MAX_VALUE);
            connection.dispatch(wait == Long.MAX_VALUE ? -1 : (int) Math.min(wait / 1_000_000 + 1, 60_000));
        }
    }

    /** Ends {@link #run}. Any thread. */
    public void stop() {
        stopping = true;
        connection.wakeUp();
    }

    private void resize() {
        int pixelsWide = width;
        int pixelsHigh = height;
        if (viewport.isPresent() && options.fillsOutput()) {
            for (Output output : outputs) {
                // Only the same shape is the same picture at another scale; else one of the two is not told yet.
                if (output.proxy().id() == enteredOutput
                        && Math.abs((long) output.width() * height - (long) output.height() * width) <= output.width()) {
                    pixelsWide = output.width();
                    pixelsHigh = output.height();
                }
            }
        }
        boolean sameSize = pixelsWide == pixelWidth && pixelsHigh == pixelHeight;
        if (sameSize && width == shownWidth && height == shownHeight) {
            return;
        }
        if (!sameSize) {
            closeOutgrown();
            outgrown = buffers;
            buffers = new CardBuffers(shm, pixelsWide, pixelsHigh);
        }
        pixelWidth = pixelsWide;
        pixelHeight = pixelsHigh;
        shownWidth = width;
        shownHeight = height;
        viewport.ifPresent(v -> v.request(SurfaceProtocol.VIEWPORT_SET_DESTINATION).i32(width).i32(height).send());
        due = true;
        log.accept("configured " + pixelsWide + "x" + pixelsHigh
                + (pixelsWide == width ? "" : " shown as " + width + "x" + height));
    }

    private boolean paint(long now) {
        CardBuffer buffer = buffers.free();
        if (buffer == null) {
            return false;
        }
        buffer.canvas.paint(counter, now, input.x(buffers.width, width), input.y(buffers.height, height), input.buttons(),
                input.lastKey());
        buffer.busy = true;
        Proxy painted = buffer.painted();
        surface.request(SurfaceProtocol.SURFACE_ATTACH).object(painted).i32(0).i32(0).send();
        surface.request(SurfaceProtocol.SURFACE_DAMAGE_BUFFER).i32(0).i32(0).i32(buffers.width).i32(buffers.height).send();
        if (!callbackPending) {
            surface.request(SurfaceProtocol.SURFACE_FRAME).newId(surface.child(WaylandProtocol.CALLBACK, this::frameDone)).send();
            callbackPending = true;
        }
        surface.request(SurfaceProtocol.SURFACE_COMMIT).send();
        closeOutgrown();
        counter++;
        return true;
    }

    /** What was painted last has been shown. */
    private void frameDone(Proxy o, int opcode, EventArguments e) {
        callbackPending = false;
        int shown = counter - 1;
        if (shown >= 0 && (reported < 0 || options.still() || shown - reported >= REPORT_EVERY)) {
            reported = shown;
            log.accept("frame " + shown);
        }
    }

    private void surfaceEvent(Proxy o, int opcode, EventArguments e) {
        if (opcode == SurfaceProtocol.SURFACE_ENTER) {
            enteredOutput = e.object();
        }
    }

    private void toplevelEvent(Proxy o, int opcode, EventArguments e) {
        if (opcode == XdgShellProtocol.TOPLEVEL_CONFIGURE) {
            int w = e.i32();
            int h = e.i32();
            width = !options.fillsOutput() ? options.width() : w == 0 ? DEFAULT_WIDTH : w;
            height = !options.fillsOutput() ? options.height() : h == 0 ? DEFAULT_HEIGHT : h;
        } else if (opcode == XdgShellProtocol.TOPLEVEL_CLOSE) {
            log.accept("close");
            stopping = true;
        }
    }

    private void configured(Proxy o, int opcode, EventArguments e) {
        xdgSurface.request(XdgShellProtocol.XDG_SURFACE_ACK_CONFIGURE).u32(e.u32()).send();
        configured = true;
        due = true;
    }

    private void closeOutgrown() {
        if (outgrown != null) {
            outgrown.close();
            outgrown = null;
        }
    }

    @Override
    public void close() {
        closeOutgrown();
        if (buffers != null) {
            buffers.close();
        }
        connection.close();
    }
}
