package lumen.plugin.pipewire;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lumen.pipewire.PipewireConnection;
import lumen.spi.BackendException;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.Capturer;
import lumen.spi.CursorState;
import lumen.spi.DisplayMode;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;
import lumen.spi.ImportOffer;

/**
 * Captures one node over a connection of its own. Frames come from a {@link CaptureLink}, which works on the loop's thread;
 * this is its side towards the video thread, and what lets go of it when others may still be at it: whoever releases a frame,
 * and the watchdog.
 */
final class PipewireCapturer implements Capturer, CaptureBuffer.Owner {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);

    private final FrameSignal signal;
    private final Optional<FixedFormat> fixed;
    private final PipewireConnection connection;
    private final CaptureCounters counters;
    private final CursorTracker cursor;
    private final CaptureLink link;
    private final GoneSlots gone = new GoneSlots();
    private final Watchdog watchdog = new Watchdog(this::look);
    /** Held by whoever enters the loop off the video thread, so that none does after it has ended. Taken before the loop's lock. */
    private final Object life = new Object();
    /** Guarded by {@link #life}. */
    private boolean closed;

    private PipewireCapturer(FrameSource.PipeWireNode node, DisplayMode mode, FrameSignal signal, Optional<FixedFormat> fixed,
                             PipewireConnection connection, long serial) {
        this.signal = signal;
        this.fixed = fixed;
        this.connection = connection;
        counters = new CaptureCounters(CaptureEnd.name(node));
        cursor = new CursorTracker(counters);
        link = new CaptureLink(connection, node, serial, mode, signal, this, watchdog, counters, cursor);
    }

    /** @throws lumen.pipewire.PipewireException if the daemon or the node isn't there */
    static PipewireCapturer open(FrameSource.PipeWireNode node, DisplayMode mode, FrameSignal signal, Optional<FixedFormat> fixed) {
        PipewireConnection connection = node.remote().isPresent()
                ? PipewireConnection.open("lumen-capture", node.remote().get().connect(), CONNECT_LIMIT)
                : PipewireConnection.open("lumen-capture", CONNECT_LIMIT);
        try {
            PipewireConnection.Global global = connection.globals().stream()
                    .filter(g -> g.id() == node.id() && g.type().equals(PipewireConnection.NODE)).findFirst()
                    .orElseThrow(() -> new BackendException("PipeWire has no node " + node.id() + " (any more)"));
            if (node.serial() != FrameSource.PipeWireNode.UNKNOWN_SERIAL && node.serial() != global.serial()) {
                throw new BackendException("PipeWire node " + node.id() + " is another one now: serial " + global.serial() + ", not "
                        + node.serial());
            }
            return new PipewireCapturer(node, mode, signal, fixed, connection, global.serial());
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public void offer(List<ImportOffer> offers) {
        requireWorking();
        List<FormatOffer> rounds = FormatOffer.rounds(offers, fixed);
        if (rounds.isEmpty()) {
            throw new BackendException("no importer takes anything that PipeWire can deliver");
        }
        if (link.offer(rounds)) {
            watchdog.start();
        }
    }

    private void requireWorking() {
        link.failure().ifPresent(why -> {
            throw new BackendException(why);
        });
    }

    /** Watchdog's thread. */
    private void look() {
        synchronized (life) {
            if (!closed && link.failure().isEmpty()) {
                link.check();
            }
        }
    }

    @Override
    public CapturedFrame poll() {
        requireWorking();
        gone.tell(signal);
        return link.take();
    }

    @Override
    public void queue(long address) {
        link.queue(address);
    }

    @Override
    public void slotGone(CaptureBuffer buffer, BufferSlot slot) {
        gone.add(buffer, slot);
    }

    @Override
    public void release(CaptureBuffer frame) {
        synchronized (life) {
            if (!closed) {
                link.done(frame);
            }
        }
        frame.drop();
    }

    @Override
    public CursorState cursor() {
        return cursor;
    }

    @Override
    public void active(boolean wanted) {
        link.active(wanted);
        gone.tell(signal);
    }

    @Override
    public boolean running() {
        return link.streaming();
    }

    @Override
    public boolean keepable() {
        return link.failure().isEmpty();
    }

    @Override
    public String state() {
        return link.description();
    }

    @Override
    public Map<String, Long> counters() {
        return counters.report();
    }

    @Override
    public void close() {
        synchronized (life) {
            if (closed) {
                return;
            }
            closed = true;
            watchdog.stop();
            link.close();
            connection.close();
        }
        gone.tell(signal);
        cursor.close();
    }
}
