package lumen.plugin.pipewire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import lumen.pipewire.PipewireConnection;
import lumen.pipewire.PipewireException;
import lumen.pipewire.PipewireStream;
import lumen.pipewire.StreamBuffer;
import lumen.pipewire.StreamListener;
import lumen.pipewire.StreamState;
import lumen.pipewire.pod.Pod;
import lumen.pipewire.pod.PodBuilder;
import lumen.pipewire.pod.Spa;
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
 * Captures one node. Buffers arrive on the loop's thread and go into a mailbox for one; fields are guarded by the loop's
 * lock unless they are volatile. A watchdog tries the next round of formats when the link gets stuck.
 */
final class PipewireCapturer implements Capturer, StreamListener {
    private static final System.Logger LOG = System.getLogger("lumen.pipewire");
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long WATCH_MILLIS = 250;
    /** KWin 6.3 without a linear layout renegotiates for ever, 27 to 100 times a second. */
    private static final int MAX_FORMATS = 5;
    private static final int MAX_BUFFERS = 64;
    /** Pictures in a row that don't fit their buffers: not the odd one out. */
    private static final int MANY_UNUSABLE = 10;

    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lumen-pipewire-watch").factory());

    private final String name;
    private final FrameSource.PipeWireNode node;
    private final DisplayMode mode;
    private final FrameSignal signal;
    private final Optional<FixedFormat> fixed;
    private final PipewireConnection connection;
    private final PipewireStream stream;
    private final CaptureCounters counters;
    private final CursorTracker cursor;
    private final CaptureBuffer[] buffers = new CaptureBuffer[MAX_BUFFERS];
    private final Queue<Gone> gone = new ConcurrentLinkedQueue<>();
    private final PictureMetadata metadata = new PictureMetadata();
    /** Held by whoever enters the loop off the video thread, so that none does after it has ended. Taken before the loop's lock. */
    private final Object life = new Object();
    private final int target;
    private ScheduledFuture<?> watch;
    private List<FormatOffer> rounds = List.of();
    /** What the stream offers the producer; {@link #rounds} once they are put to use. */
    private List<FormatOffer> told = List.of();
    private int round;
    private boolean connected;
    private boolean reconnecting;
    private Optional<NegotiatedFormat> format = Optional.empty();
    private String bufferType = "";
    private int formatsSinceFrame;
    private String linkError = "";
    private int usableBuffers;
    private int refusedBuffers;
    private int unusablePictures;
    private long unusableNanos;
    private long negotiatingNanos;
    private boolean everStreamed;
    private CaptureBuffer pending;
    /** Of a node that isn't to be paused, the newest frame once its reader has done with it, as long as none came after. */
    private CaptureBuffer latest;
    private boolean on = true;
    private volatile StreamState state = StreamState.UNCONNECTED;
    private volatile Optional<String> failure = Optional.empty();
    private volatile String description = "not connected yet";
    private volatile boolean closed;

    /** A slot that importers have to forget; its buffer stays until they have. */
    private record Gone(CaptureBuffer buffer, BufferSlot slot) {
    }

    private PipewireCapturer(FrameSource.PipeWireNode node, DisplayMode mode, FrameSignal signal, Optional<FixedFormat> fixed,
                             PipewireConnection connection, long serial) {
        this.node = node;
        this.mode = mode;
        this.signal = signal;
        this.fixed = fixed;
        this.connection = connection;
        name = "PipeWire node " + node.id();
        counters = new CaptureCounters(name);
        cursor = new CursorTracker(counters);
        Map<String, String> properties = new HashMap<>(Map.of("media.type", "Video", "media.category", "Capture", "media.role", "Screen",
                "node.name", "lumen-capture", "node.description", "lumen", "node.dont-reconnect", "true"));
        if (serial >= 0) {
            properties.put("target.object", Long.toString(serial));
        }
        // With neither, it would be linked to any camera.
        target = serial >= 0 ? PipewireStream.ANY : node.id();
        stream = new PipewireStream(connection, "lumen", properties, this);
        connection.listen(new NodeWatch());
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

    /** Ends the capture when the node does. */
    private final class NodeWatch implements PipewireConnection.RegistryListener {
        @Override
        public void removed(PipewireConnection.Global global) {
            if (global.id() == node.id() && global.type().equals(PipewireConnection.NODE)) {
                fail(name + " has gone");
            }
        }

        @Override
        public void lost(String why) {
            fail(why);
        }
    }

    @Override
    public void offer(List<ImportOffer> offers) {
        requireWorking();
        List<FormatOffer> wanted = FormatOffer.rounds(offers, fixed);
        if (wanted.isEmpty()) {
            throw new BackendException("no importer takes anything that PipeWire can deliver");
        }
        stream.enter();
        try {
            formatsSinceFrame = 0;
            if (connected && wanted.equals(told)) {
                // The next stream on a display that was kept: what was agreed on still is.
                return;
            }
            boolean less = connected && wanted.getFirst().within(rounds.getFirst());
            rounds = wanted;
            round = 0;
            if (connected && (less || !node.pausable()) && format.filter(f -> wanted.getFirst().meets(f, bufferType)).isPresent()) {
                // Nothing better is on offer, and new buffers for the same pictures would do harm, or take time at least.
                return;
            }
            told = rounds;
            if (connected) {
                try (Arena arena = Arena.ofConfined()) {
                    negotiatingNanos = System.nanoTime();
                    stream.params(rounds.getFirst().formats(mode, arena));
                }
            } else {
                connect();
                watch = WATCH.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
            }
        } finally {
            stream.leave();
        }
    }

    private void connect() {
        try (Arena arena = Arena.ofConfined()) {
            formatsSinceFrame = 0;
            unusablePictures = 0;
            linkError = "";
            everStreamed = false;
            negotiatingNanos = System.nanoTime();
            told = rounds;
            // Without MAP_BUFFERS: descriptors get mappings of our own, checked against the size of what is behind them.
            stream.connect(PipewireStream.Direction.INPUT, target, PipewireStream.AUTOCONNECT | PipewireStream.DONT_RECONNECT,
                    rounds.get(round).formats(mode, arena));
            connected = true;
        } catch (PipewireException e) {
            throw new BackendException(name + ": " + e.getMessage(), e);
        }
    }

    private void requireWorking() {
        failure.ifPresent(why -> {
            throw new BackendException(why);
        });
    }

    private void fail(String why) {
        if (failure.isEmpty() && !closed) {
            failure = Optional.of(why);
            signal.frameReady();
        }
    }

    /** Every quarter of a second. */
    private void watch() {
        synchronized (life) {
            if (closed || failure.isPresent()) {
                return;
            }
            stream.enter();
            try {
                if (!linkError.isEmpty()) {
                    nextRound(linkError);
                } else if (!on) {
                    return;
                } else if (formatsSinceFrame > MAX_FORMATS) {
                    nextRound("formats were negotiated " + formatsSinceFrame + " times without a picture");
                } else if (usableBuffers == 0 && refusedBuffers > 0) {
                    nextRound("none of its " + refusedBuffers + " buffers is usable");
                } else if (unusablePictures >= MANY_UNUSABLE && System.nanoTime() - unusableNanos > STUCK_NANOS) {
                    nextRound("no picture of the last " + unusablePictures + " is usable (" + counters.report() + ")");
                } else if ((!everStreamed || usableBuffers == 0) && System.nanoTime() - negotiatingNanos > STUCK_NANOS) {
                    nextRound("the link is stuck for " + STUCK_NANOS / 1_000_000_000L + " s (" + description + ")");
                }
            } catch (RuntimeException e) {
                fail(name + ": " + e.getMessage());
            } finally {
                stream.leave();
            }
        }
    }

    /** Tears the link down, since a stuck one holds up the daemon's work for everybody, and offers less. */
    private void nextRound(String why) {
        round++;
        if (round >= rounds.size()) {
            fail(name + ": " + why + "; offered last: " + rounds.getLast());
            reconnecting = true;
            stream.disconnect();
            return;
        }
        LOG.log(System.Logger.Level.WARNING, "{0}: {1}; trying {2}", name, why, rounds.get(round));
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
            everStreamed = true;
        } else if (now == StreamState.ERROR && linkError.isEmpty()) {
            // Another offer may fare better, but none can be made from within this call.
            linkError = error;
            WATCH.execute(this::watch);
        } else if (now == StreamState.UNCONNECTED && connected && !reconnecting && linkError.isEmpty()) {
            fail(name + " was disconnected");
        }
    }

    @Override
    public void format(Pod pod) {
        counters.count(CaptureEvent.FORMATS);
        if (++formatsSinceFrame == MAX_FORMATS + 1) {
            WATCH.execute(this::watch);
        }
        try {
            format = Optional.of(NegotiatedFormat.parse(pod));
        } catch (RuntimeException e) {
            counters.drop(CaptureEvent.BAD_FORMAT);
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", name, e.getMessage());
            format = Optional.empty();
            return;
        }
        bufferType = "";
        negotiatingNanos = System.nanoTime();
        metadata.damageEverything();
        describe();
        LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", name, format.get());
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> params = new ArrayList<>();
            params.add(rounds.get(Math.min(round, rounds.size() - 1)).buffers(format.get().modifier().isPresent(), arena));
            params.add(meta(Spa.META_HEADER, PictureMetadata.SIZEOF_HEADER, PictureMetadata.SIZEOF_HEADER, arena));
            params.add(meta(Spa.META_VIDEO_DAMAGE, PictureMetadata.SIZEOF_REGION,
                    PictureMetadata.MAX_REGIONS * PictureMetadata.SIZEOF_REGION, arena));
            params.add(meta(Spa.META_CURSOR, CursorTracker.META_LEAST, CursorTracker.META_MOST, arena));
            stream.params(params);
        }
    }

    private static MemorySegment meta(int type, int least, int most, Arena arena) {
        PodBuilder pod = new PodBuilder().beginObject(Spa.OBJECT_PARAM_META, Spa.PARAM_META)
                .property(Spa.META_PARAM_TYPE).id(type).property(Spa.META_PARAM_SIZE);
        return (least == most ? pod.integer(most) : pod.rangeOfIntegers(most, least, most)).end().build(arena);
    }

    @Override
    public void formatCleared() {
        format = Optional.empty();
        negotiatingNanos = System.nanoTime();
        describe();
    }

    @Override
    public void bufferAdded(long address) {
        StreamBuffer.userData(address, 0);
        Optional<CaptureBuffer> buffer = format.flatMap(f -> CaptureBuffer.of(this, f, address));
        for (int i = 0; i < MAX_BUFFERS && buffer.isPresent(); i++) {
            if (buffers[i] == null) {
                buffers[i] = buffer.get();
                usableBuffers++;
                bufferType = buffer.get().typeName();
                describe();
                StreamBuffer.userData(address, i + 1);
                return;
            }
        }
        buffer.ifPresent(CaptureBuffer::drop);
        refusedBuffers++;
        counters.drop(CaptureEvent.BAD_BUFFER);
    }

    @Override
    public void bufferRemoved(long address) {
        int index = (int) StreamBuffer.userData(address) - 1;
        if (index < 0 || index >= MAX_BUFFERS || buffers[index] == null) {
            refusedBuffers--;
            return;
        }
        CaptureBuffer buffer = buffers[index];
        buffers[index] = null;
        if (--usableBuffers == 0) {
            negotiatingNanos = System.nanoTime();
            metadata.damageEverything();
        }
        if (pending == buffer) {
            pending = null;
        }
        if (latest == buffer) {
            latest = null;
        }
        buffer.removed();
    }

    /** Under the lock. */
    void slotGone(CaptureBuffer buffer, BufferSlot slot) {
        buffer.retain();
        gone.add(new Gone(buffer, slot));
    }

    /** Under the lock. */
    void queue(long address) {
        stream.queue(address);
    }

    @Override
    public void process() {
        boolean news = false;
        for (long address = stream.dequeue(); address != 0; address = stream.dequeue()) {
            news |= receive(address);
        }
        if (news && on) {
            signal.frameReady();
        }
    }

    /** Looks at what is in a buffer; true if there is anything new in it for the video thread. */
    private boolean receive(long address) {
        int index = (int) StreamBuffer.userData(address) - 1;
        CaptureBuffer buffer = index < 0 || index >= MAX_BUFFERS ? null : buffers[index];
        if (buffer == null) {
            unusable(CaptureEvent.BAD_BUFFER);
            stream.queue(address);
            return false;
        }
        if (!buffer.takeOut()) {
            // Its picture may be being read: whatever the producer has done to that, the buffer stays where it is.
            counters.drop(CaptureEvent.IN_USE);
            return false;
        }
        boolean news = false;
        try {
            news = cursor.read(address);
            if (sound(buffer)) {
                metadata.addDamage(address, buffer.slot().width(), buffer.slot().height());
                if (pending != null) {
                    counters.count(CaptureEvent.OVERTAKEN);
                    pending.giveBack();
                }
                if (latest != null) {
                    latest.giveBack();
                    latest = null;
                }
                pending = buffer;
                formatsSinceFrame = 0;
                unusablePictures = 0;
                news = true;
            }
        } catch (RuntimeException | InternalError e) {
            // InternalError: memory that the producer took away under us.
            LOG.log(System.Logger.Level.DEBUG, () -> name + ": a buffer can't be read", e);
            unusable(CaptureEvent.BAD_BUFFER);
        } finally {
            if (pending != buffer) {
                buffer.giveBack();
            }
        }
        return news;
    }

    /** True if there is a sound picture in the buffer. */
    private boolean sound(CaptureBuffer buffer) {
        long address = buffer.address();
        if (PictureMetadata.corrupted(address)) {
            if (StreamBuffer.chunkSize(address, 0) == 0) {
                counters.count(CaptureEvent.CURSOR_ONLY);
            } else {
                counters.drop(CaptureEvent.CORRUPTED);
                metadata.damageEverything();
            }
            return false;
        }
        CaptureEvent wrong = buffer.accept(metadata.timestamp(address, System.nanoTime()));
        if (wrong != null) {
            unusable(wrong);
            metadata.damageEverything();
        }
        return wrong == null;
    }

    private void unusable(CaptureEvent event) {
        counters.drop(event);
        if (unusablePictures++ == 0) {
            unusableNanos = System.nanoTime();
        }
    }

    @Override
    public CapturedFrame poll() {
        requireWorking();
        forgetSlots();
        CaptureBuffer frame;
        stream.enter();
        try {
            cursor.take();
            frame = pending;
            pending = null;
            if (frame != null) {
                counters.count(CaptureEvent.DELIVERED);
                frame.retain();
                metadata.takeDamage(frame.damage(), frame.slot().width(), frame.slot().height());
            }
        } finally {
            stream.leave();
        }
        return frame;
    }

    /** Has importers forget slots, outside of the lock: that may take them a while. */
    private void forgetSlots() {
        for (Gone g = gone.poll(); g != null; g = gone.poll()) {
            signal.slotGone(g.slot());
            g.buffer().drop();
        }
    }

    /** Any thread. */
    void release(CaptureBuffer frame) {
        synchronized (life) {
            if (!closed) {
                stream.enter();
                try {
                    if (!keepLatest(frame)) {
                        frame.giveBack();
                    }
                } finally {
                    stream.leave();
                }
            }
        }
        frame.drop();
    }

    /** True if the frame shows what the node shows and is kept for whoever resumes. */
    private boolean keepLatest(CaptureBuffer frame) {
        if (node.pausable() || frame.address() == 0 || pending != null
                || latest != null && latest.timestampNanos() > frame.timestampNanos()) {
            return false;
        }
        if (latest != null) {
            latest.giveBack();
        }
        latest = frame;
        return true;
    }

    @Override
    public CursorState cursor() {
        return cursor;
    }

    @Override
    public void active(boolean wanted) {
        stream.enter();
        try {
            on = wanted;
            negotiatingNanos = System.nanoTime();
            if (!node.pausable()) {
                showLatest();
            } else {
                if (pending != null) {
                    pending.giveBack();
                    pending = null;
                }
                if (failure.isEmpty()) {
                    stream.active(wanted);
                }
            }
        } finally {
            stream.leave();
        }
        forgetSlots();
    }

    /** What the node shows now, again: it paints only when its program does. */
    private void showLatest() {
        if (!on) {
            return;
        }
        if (pending == null) {
            pending = latest;
            latest = null;
        }
        if (pending != null) {
            pending.accept(metadata.timestamp(pending.address(), System.nanoTime()));
            metadata.damageEverything();
            signal.frameReady();
        }
    }

    @Override
    public boolean running() {
        return state == StreamState.STREAMING;
    }

    @Override
    public boolean keepable() {
        return failure.isEmpty();
    }

    @Override
    public String state() {
        return description;
    }

    /** Under the lock, whenever something of it has changed. */
    private void describe() {
        description = name + " " + state.name().toLowerCase(Locale.ROOT) + ", "
                + format.map(f -> f + (bufferType.isEmpty() ? ", no buffers" : ", " + bufferType)).orElse("no format agreed on");
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
            if (watch != null) {
                watch.cancel(false);
            }
            // Buffers go with it, one by one.
            stream.close();
            connection.close();
        }
        forgetSlots();
        cursor.close();
    }
}
