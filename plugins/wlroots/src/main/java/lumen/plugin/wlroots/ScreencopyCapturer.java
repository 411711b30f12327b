package lumen.plugin.wlroots;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import lumen.spi.BackendException;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportOffer;
import lumen.spi.PixelFormat;
import lumen.wayland.WaylandConnection;
import lumen.wayland.WaylandException;
import lumen.wayland.Output;
import lumen.wayland.Registry;

/**
 * The capturer the video thread sees. Its own thread runs the Wayland connection and {@link Screencopy};
 * the two meet in a {@link FrameMailbox} only.
 */
final class ScreencopyCapturer implements Capturer {
    private static final Duration SETUP_LIMIT = Duration.ofSeconds(3);

    private final WaylandConnection connection;
    private final Screencopy screencopy;
    private final FrameMailbox mailbox;
    private final FrameSignal signal;
    private final String source;
    private final Thread thread;
    private volatile boolean active = true;
    private volatile boolean closing;
    private volatile Throwable failure;

    private ScreencopyCapturer(WaylandConnection connection, Screencopy screencopy, FrameMailbox mailbox,
                               FrameSignal signal, FrameSource.WaylandOutput source) {
        this.connection = connection;
        this.screencopy = screencopy;
        this.mailbox = mailbox;
        this.signal = signal;
        this.source = source.output() + " at " + source.socket();
        String display = source.socket().toAbsolutePath().getParent().getFileName().toString();
        this.thread = Thread.ofPlatform().daemon().name("lumen-" + display + "-capture").unstarted(this::run);
    }

    static ScreencopyCapturer start(FrameSource.WaylandOutput source, FrameSignal signal) {
        WaylandConnection connection = WaylandConnection.connect(source.socket());
        try {
            Registry registry = Registry.of(connection, SETUP_LIMIT);
            Output output = Output.named(source.output(), connection, registry, SETUP_LIMIT);
            registry.onRemoved(name -> {
                if (name == output.globalName()) {
                    throw new WaylandException("output " + source.output() + " has gone");
                }
            });
            FrameMailbox mailbox = new FrameMailbox();
            Screencopy screencopy = new Screencopy(connection, registry, output.proxy(), mailbox, signal);
            screencopy.learnFormat(SETUP_LIMIT);
            ScreencopyCapturer capturer = new ScreencopyCapturer(connection, screencopy, mailbox, signal, source);
            capturer.thread.start();
            return capturer;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void run() {
        try {
            while (!closing) {
                connection.dispatch(screencopy.step(active));
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
        screencopy.accept(formats);
    }

    @Override
    public CapturedFrame poll() {
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

    /** The thread that captures, for tests that count what it allocates. */
    Thread thread() {
        return thread;
    }

    /** Waits for the capture thread, which never blocks for longer than a full socket may take. */
    @Override
    public void close() {
        closing = true;
        connection.wakeUp();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        connection.close();
        screencopy.unmap();
    }
}
