package lumen.plugin.pipewire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireException;
import lumen.pipewire.PipewireStream;
import lumen.pipewire.StreamListener;
import lumen.pipewire.StreamState;
import lumen.pipewire.pod.Pod;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.FrameSignal;
import lumen.spi.FrameSource;

/**
 * The stream and its link to the node: negotiates, takes in frames, and offers less when the link gets stuck. The listener's
 * methods come on the loop's thread; the others may be called on any thread until {@link #close} and take the loop's lock,
 * which guards all fields that are not volatile.
 */
final class CaptureLink implements StreamListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("lumen.pipewire");

    private final String name;
    private final FrameSource.PipeWireNode node;
    private final DisplayMode mode;
    private final FrameSignal signal;
    private final CaptureBuffer.Owner frames;
    private final Watchdog watchdog;
    private final CaptureCounters counters;
    private final PipewireStream stream;
    private final int target;
    private final Negotiation negotiation = new Negotiation();
    private final BufferTable buffers = new BufferTable();
    private final StallDetector stall;
    private final FrameMailbox mailbox;
    private final FrameIntake intake;
    private final CaptureEnd end;
    private boolean connected;
    private boolean reconnecting;
    private boolean on = true;
    private volatile StreamState state = StreamState.UNCONNECTED;
    private volatile String description = "not connected yet";

    /**
     * Makes the stream; {@link #offer} connects it.
     *
     * @param serial   of the node, or -1
     * @param frames   what buffers are told
     * @param watchdog looks by calling {@link #check}
     */
    CaptureLink(PipewireConnection connection, FrameSource.PipeWireNode node, long serial, DisplayMode mode, FrameSignal signal,
                CaptureBuffer.Owner frames, Watchdog watchdog, CaptureCounters counters, CursorTracker cursor) {
        name = CaptureEnd.name(node);
        this.node = node;
        this.mode = mode;
        this.signal = signal;
        this.frames = frames;
        this.watchdog = watchdog;
        this.counters = counters;
        Map<String, String> properties = new HashMap<>(Map.of("media.type", "Video", "media.category", "Capture", "media.role", "Screen",
                "node.name", "lumen-capture", "node.description", "lumen", "node.dont-reconnect", "true"));
        if (serial >= 0) {
            properties.put("target.object", Long.toString(serial));
        }
        // With neither, it would be linked to any camera.
        target = serial >= 0 ? PipewireStream.ANY : node.id();
        stall = new StallDetector(counters);
        end = new CaptureEnd(node, signal);
        mailbox = new FrameMailbox(counters, !node.pausable());
        stream = new PipewireStream(connection, "lumen", properties, this);
        intake = new FrameIntake(name, stream, counters, cursor, stall, buffers, mailbox);
        connection.listen(end);
    }

    /**
     * Offers what importers take.
     *
     * @param rounds to try one after the other, at least one
     * @return true if the stream was connected by that
     */
    boolean offer(List<FormatOffer> rounds) {
        stream.enter();
        try {
            stall.offered();
            if (!negotiation.offer(rounds, connected, node.pausable())) {
                return false;
            }
            if (!connected) {
                connect();
                return true;
            }
            try (Arena arena = Arena.ofConfined()) {
                stall.waiting(System.nanoTime());
                stream.params(negotiation.current().formats(mode, arena));
            }
            return false;
        } finally {
            stream.leave();
        }
    }

    private void connect() {
        try (Arena arena = Arena.ofConfined()) {
            stall.connecting(System.nanoTime());
            // Without MAP_BUFFERS: descriptors get mappings of our own, checked against the size of what is behind them.
            stream.connect(PipewireStream.Direction.INPUT, target, PipewireStream.AUTOCONNECT | PipewireStream.DONT_RECONNECT,
                    negotiation.current().formats(mode, arena));
            connected = true;
        } catch (PipewireException e) {
            throw new BackendException(name + ": " + e.getMessage(), e);
        }
    }

    /** Looks whether the link is stuck, and goes on to the next round of formats if so. Watchdog's thread. */
    void check() {
        stream.enter();
        try {
            stall.reason(System.nanoTime(), on, buffers, description).ifPresent(this::nextRound);
        } catch (RuntimeException e) {
            end.because(name + ": " + e.getMessage());
        } finally {
            stream.leave();
        }
    }

    /** Tears the link down, since a stuck one holds up the daemon's work for everybody, and offers less. */
    private void nextRound(String why) {
        Optional<FormatOffer> next = negotiation.next();
        if (next.isEmpty()) {
            end.because(name + ": " + why + "; offered last: " + negotiation.current());
            reconnecting = true;
            stream.disconnect();
            return;
        }
        LOG.log(System.Logger.Level.WARNING, "{0}: {1}; trying {2}", name, why, next.get());
        reconnecting = true;
        stream.disconnect();
        reconnecting = false;
        connect();
    }

    @Override
    public void state(StreamState now, String error) {
        state = now;
        describe();
        if (now == StreamState.STREAMING) {
            stall.streaming();
        } else if (now == StreamState.ERROR && stall.linkBroke(error)) {
            // Another offer may fare better, but none can be made from within this call.
            watchdog.lookNow();
        } else if (now == StreamState.UNCONNECTED && connected && !reconnecting && !stall.linkBroken()) {
            end.because(name + " was disconnected");
        }
    }

    @Override
    public void format(Pod pod) {
        counters.count(CaptureEvent.FORMATS);
        if (stall.formatAgreed()) {
            watchdog.lookNow();
        }
        NegotiatedFormat format;
        try {
            format = negotiation.agree(pod);
        } catch (RuntimeException e) {
            counters.drop(CaptureEvent.BAD_FORMAT);
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", name, e.getMessage());
            return;
        }
        stall.waiting(System.nanoTime());
        intake.renew();
        describe();
        LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", name, format);
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> params = new ArrayList<>();
            params.add(negotiation.current().buffers(format.modifier().isPresent(), arena));
            params.addAll(MetadataRequest.pods(arena));
            stream.params(params);
        }
    }

    @Override
    public void formatCleared() {
        negotiation.clear();
        stall.waiting(System.nanoTime());
        describe();
    }

    @Override
    public void bufferAdded(long address) {
        Optional<CaptureBuffer> buffer = negotiation.format().flatMap(f -> CaptureBuffer.of(frames, f, address));
        if (buffers.add(address, buffer)) {
            negotiation.bufferType(buffer.get().typeName());
            describe();
        } else {
            counters.drop(CaptureEvent.BAD_BUFFER);
        }
    }

    @Override
    public void bufferRemoved(long address) {
        intake.removed(address);
    }

    @Override
    public void process() {
        if (intake.drain() && on) {
            signal.frameReady();
        }
    }

    /** Gives a buffer back to the stream. Under the lock. */
    void queue(long address) {
        stream.queue(address);
    }

    /** The newest frame, retained for its reader; {@code null} if there is none. Also takes over the newest cursor. */
    CaptureBuffer take() {
        stream.enter();
        try {
            return intake.take();
        } finally {
            stream.leave();
        }
    }

    /** The reader of a frame has done with it. */
    void done(CaptureBuffer frame) {
        stream.enter();
        try {
            mailbox.done(frame);
        } finally {
            stream.leave();
        }
    }

    /** Pauses or resumes. A node that is not to be paused paints only when its program does: what it shows comes again. */
    void active(boolean wanted) {
        stream.enter();
        try {
            on = wanted;
            stall.waiting(System.nanoTime());
            if (node.pausable()) {
                mailbox.clear();
                if (end.reason().isEmpty()) {
                    stream.active(wanted);
                }
            } else if (on && intake.repeat()) {
                signal.frameReady();
            }
        } finally {
            stream.leave();
        }
    }

    /** Whenever something of it has changed. */
    private void describe() {
        description = name + " " + state.name().toLowerCase(Locale.ROOT) + ", " + negotiation;
    }

    /** Without the lock, as all below. */
    boolean streaming() {
        return state == StreamState.STREAMING;
    }

    /** Why there will be no more frames, if so. */
    Optional<String> failure() {
        return end.reason();
    }

    /** State and format in words, for people. */
    String description() {
        return description;
    }

    /** Destroys the stream; buffers go with it, one by one. Nothing else may be called after that, or meanwhile. */
    @Override
    public void close() {
        end.closing();
        stream.close();
    }
}
