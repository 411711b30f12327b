package lumen.plugin.wlroots;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lumen.posix.ThreadEnd;
import lumen.spi.BackendException;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;
import lumen.wayland.EventHandler;
import lumen.wayland.Heartbeat;
import lumen.wayland.Output;
import lumen.wayland.Registry;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.WaylandProtocol;

/**
 * The capturer the video thread sees. Its own thread runs the Wayland connection and an {@link OutputCopy};
 * the two meet in a {@link FrameMailbox} only.
 */
final class OutputCapturer implements Capturer {
    private static final Duration SETUP_LIMIT = Duration.ofSeconds(3);

    private final WaylandConnection connection;
    private final OutputCopy copy;
    private final SlotPool pool;
    private final OutputCopy.Counts counts;
    private final Heartbeat heartbeat;
    private final FrameMailbox mailbox;
    private final FrameSignal signal;
    private final String source;
    private final Thread thread;
    private volatile boolean active = true;
    private volatile boolean closing;
    private volatile Throwable failure;
    private boolean closed;

    /** Finds the output and the best protocol, and learns the shape of the frames. */
    private OutputCapturer(WaylandConnection connection, FrameSource.WaylandOutput source, FrameSignal signal, boolean oldProtocol) {
        this.connection = connection;
        this.signal = signal;
        this.source = source.output() + " at " + source.socket();
        Registry registry = Registry.of(connection, SETUP_LIMIT);
        Output output = Output.named(source.output(), connection, registry, SETUP_LIMIT);
        registry.onRemoved(name -> {
            if (name == output.globalName()) {
                throw new WaylandException("output " + source.output() + " has gone");
            }
        });
        mailbox = new FrameMailbox();
        counts = new OutputCopy.Counts();
        pool = new SlotPool(registry.require(WaylandProtocol.SHM, 1, EventHandler.NONE));
        copy = ImageCopy.offered(registry) && !oldProtocol
                ? new ImageCopy(connection, registry, output.proxy(), pool, mailbox, signal, counts)
                : new Screencopy(connection, registry, output.proxy(), pool, mailbox, signal, counts);
        learnShape();
        heartbeat = new Heartbeat(connection);
        String display = source.socket().toAbsolutePath().getParent().getFileName().toString();
        thread = Thread.ofPlatform().daemon().name("lumen-" + display + "-capture").unstarted(this::run);
    }

    /** @param oldProtocol use {@code wlr-screencopy-v1} also where {@code ext-image-copy-capture-v1} is offered */
    static OutputCapturer start(FrameSource.WaylandOutput source, FrameSignal signal, boolean oldProtocol) {
        WaylandConnection connection = WaylandConnection.connect(source.socket());
        try {
            OutputCapturer capturer = new OutputCapturer(connection, source, signal, oldProtocol);
            capturer.thread.start();
            return capturer;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void learnShape() {
        long deadline = System.nanoTime() + SETUP_LIMIT.toNanos();
        copy.begin();
        while (!copy.described()) {
            if (System.nanoTime() > deadline) {
                throw new WaylandException("the compositor has not described its frames within " + SETUP_LIMIT.toMillis() + " ms");
            }
            connection.dispatch(50);
        }
    }

    private void run() {
        try {
            while (!closing) {
                boolean on = active;
                int wait = copy.step(on);
                if (on) {
                    heartbeat.dispatch(wait);
                } else {
                    connection.dispatch(wait);
                    heartbeat.rest();
                }
            }
        } catch (Throwable t) {
            // Nothing above this frame could report it: poll() does.
            failure = t;
        } finally {
            if (!closing) {
                signal.frameReady();
            }
        }
    }

    @Override
    public void offer(List<ImportOffer> offers) {
        Set<PixelFormat> formats = EnumSet.noneOf(PixelFormat.class);
        for (ImportOffer offer : offers) {
            if (offer.transport() == ImportOffer.Transport.MEMORY) {
                formats.add(offer.format());
            }
        }
        pool.accept(formats);
    }

    @Override
    public CapturedFrame poll() {
        for (ShmSlot slot = pool.leaving(); slot != null; slot = pool.leaving()) {
            signal.slotGone(slot);
            slot.state(ShmSlot.GONE);
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new BackendException("screen capture of " + source + " has ended: " + cause.getMessage(), cause);
        }
        return mailbox.take();
    }

    @Override
    public void active(boolean on) {
        if (on && !active) {
            mailbox.startEpoch();
        }
        active = on;
        connection.wakeUp();
    }

    /** The capture thread is its own; the video thread may be another from one stream to the next. */
    @Override
    public boolean keepable() {
        return true;
    }

    @Override
    public String state() {
        return copy.protocol() + ", " + pool + " in shared memory";
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of("frames", counts.frames().get(), "replaced", mailbox.replaced(), "failed", counts.failed().get(),
                "reshaped", counts.reshaped().get());
    }

    /** The thread that captures, for tests that count what it allocates. */
    Thread thread() {
        return thread;
    }

    /** Waits for the capture thread, which never blocks for longer than a full socket may take. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        closing = true;
        connection.wakeUp();
        ThreadEnd.await(thread);
        connection.close();
        for (ShmSlot slot : pool.remaining()) {
            signal.slotGone(slot);
            slot.unmap();
        }
    }
}
